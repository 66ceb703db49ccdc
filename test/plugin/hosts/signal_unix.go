//go:build unix

package main

import (
	"os"
	"syscall"
)

func interruptGroup() error {
	return syscall.Kill(0, syscall.SIGINT)
}

func killSelf() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

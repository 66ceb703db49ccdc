// Command golden writes what the real go-cty makes of values, for the tests of src/cty to compare with.
//
//	go run . FOLDER
//
// FOLDER gets two files of tab-separated lines; the same program always writes the same bytes.
//
//	values.tsv    type · MessagePack
//	msgpack.tsv   type · MessagePack as it may come · MessagePack that go-cty writes of it, or "refused"
//
// MessagePack is in hexadecimal digits, runs of one byte as (61x300).
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: golden FOLDER")
		os.Exit(2)
	}
	files := map[string][]string{
		"values.tsv":  valueLines(),
		"msgpack.tsv": msgpackLines(),
	}
	for name, lines := range files {
		text := strings.Join(lines, "\n") + "\n"
		if err := os.WriteFile(filepath.Join(os.Args[1], name), []byte(text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// hexText writes bytes as hexadecimal digits, and long runs of one byte shortly.
func hexText(data []byte) string {
	var text strings.Builder
	for i := 0; i < len(data); {
		run := 1
		for i+run < len(data) && data[i+run] == data[i] {
			run++
		}
		if run >= 16 {
			fmt.Fprintf(&text, "(%02xx%d)", data[i], run)
		} else {
			text.WriteString(strings.Repeat(fmt.Sprintf("%02x", data[i]), run))
		}
		i += run
	}
	return text.String()
}

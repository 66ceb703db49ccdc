/* Linux without a C library: entry, system calls, and what little of <string.h> is needed. */
#ifndef SYSTEM_H
#define SYSTEM_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define AT_FDCWD (-100)
#define O_RDONLY 0
#define O_CLOEXEC 02000000
#define SEEK_END 2
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_PRIVATE 2
#define MAP_ANONYMOUS 32

#define ENOENT 2
#define EACCES 13

#if defined(__x86_64__)
enum { SYS_write = 1, SYS_close = 3, SYS_lseek = 8, SYS_mmap = 9, SYS_mprotect = 10, SYS_munmap = 11, SYS_execve = 59,
       SYS_exit_group = 231, SYS_openat = 257, SYS_readlinkat = 267 };
#define MACHINE 62
#define CACHE_FLAGS 0x0303
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call launch\n hlt\n");

static long syscall6(long number, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { SYS_openat = 56, SYS_close = 57, SYS_lseek = 62, SYS_write = 64, SYS_readlinkat = 78, SYS_exit_group = 94,
       SYS_munmap = 215, SYS_execve = 221, SYS_mmap = 222, SYS_mprotect = 226 };
#define MACHINE 183
#define CACHE_FLAGS 0x0a03
__asm__(".globl _start\n_start:\n mov x29, #0\n mov x30, #0\n mov x0, sp\n and sp, x0, #-16\n bl launch\n brk #0\n");

static long syscall6(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
#endif

#define CALL(number, a, b, c) syscall6(number, (long)(a), (long)(b), (long)(c), 0, 0, 0)

/* A system call's result that is an error: -4095 to -1. */
static int failed(long result) { return (u64)result > (u64)-4096; }

/* The compiler may call these two, whatever it is told. */
void *memcpy(void *to, const void *from, u64 size) {
  for (u64 i = 0; i < size; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
  return to;
}

void *memset(void *to, int value, u64 size) {
  for (u64 i = 0; i < size; i++) ((u8 *)to)[i] = (u8)value;
  return to;
}

static u64 length(const char *text) {
  u64 size = 0;
  while (text[size]) size++;
  return size;
}

static int starts_with(const char *text, const char *start) {
  while (*start) if (*text++ != *start++) return 0;
  return 1;
}

static int equal(const char *one, const char *other) {
  while (*one && *one == *other) one++, other++;
  return *one == *other;
}

static long open_file(const char *path) { return CALL(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC); }

/* Memory for reading and writing; 0 when there is none. */
static void *memory(u64 size) {
  long address = syscall6(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return failed(address) ? 0 : (void *)address;
}

/* A whole file, readable. `bytes` is 0 when it cannot be read. */
struct file {
  const u8 *bytes;
  u64 size;
};

static struct file read_file(const char *path) {
  struct file file = {0, 0};
  long descriptor = open_file(path);
  if (failed(descriptor)) return file;
  long size = CALL(SYS_lseek, descriptor, 0, SEEK_END);
  if (!failed(size) && size > 0) {
    long address = syscall6(SYS_mmap, 0, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (!failed(address)) file = (struct file){(const u8 *)address, (u64)size};
  }
  CALL(SYS_close, descriptor, 0, 0);
  return file;
}

#endif

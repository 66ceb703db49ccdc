/*
 * Starts Node, which holds the provider: as it is where the system's own loader and libraries can run it, otherwise
 * with those that lie beside it. Statically linked and without a C library, so that it starts on every Linux.
 *
 * It becomes Node (execve): process id, open files, signals, limits and arguments stay.
 */
#include "suits.h"

#define PROGRAM "terraform-provider-gpuhost"
#define LIBRARIES "/lib"
#define NODE LIBRARIES "/" PROGRAM
#define LOADER LIBRARIES "/" PROGRAM "-ld.so"
#define PATH_SIZE 8192

/* go-plugin's: a host that starts a plugin sets it, and shows the first line of standard output. */
#define COOKIE "TF_PLUGIN_MAGIC_COOKIE="

static int output = 2;

static void say(const char *text) { CALL(SYS_write, output, text, length(text)); }

static void end(void) { CALL(SYS_exit_group, 1, 0, 0); }

static const char *variable(char **environment, const char *name) {
  for (; *environment; environment++)
    if (starts_with(*environment, name)) return *environment + length(name);
  return 0;
}

/* Joins two texts into `path`; ends when they are too long. */
static void join(char *path, const char *one, const char *other) {
  u64 size = length(one), rest = length(other);
  if (size + rest >= PATH_SIZE) {
    say(PROGRAM ": the path of this program is too long.\n");
    end();
  }
  memcpy(path, one, size);
  memcpy(path + size, other, rest + 1);
}

static long read_link(const char *path, char *target) {
  long size = syscall6(SYS_readlinkat, AT_FDCWD, (long)path, (long)target, PATH_SIZE - 1, 0, 0);
  if (failed(size)) return size;
  target[size] = 0;
  return size;
}

/* Cuts the last part of a path off: "" for "/x", "." for "x". */
static void to_folder(char *path) {
  char *last = (char *)last_part(path);
  if (last == path) join(path, ".", "");
  else last[-1] = 0;
}

/*
 * The folder that this program lies in, with every link to it followed. /proc tells it; where that is not mounted, as in
 * an empty root, the kernel has at least said by which path it was started.
 */
static void own_folder(char *folder, const char *started_as) {
  static char target[PATH_SIZE], next[PATH_SIZE];
  if (read_link("/proc/self/exe", folder) <= 0 || folder[0] != '/') {
    join(folder, started_as, "");
    for (int links = 0; links < 40 && read_link(folder, target) > 0; links++) {
      if (target[0] == '/') {
        join(folder, target, "");
        continue;
      }
      to_folder(folder);
      join(next, folder, "/");
      join(folder, next, target);
    }
  }
  to_folder(folder);
}

/* V8 compiles JavaScript to machine code, and writes it into memory that it then executes. */
static void check_memory(void) {
  void *page = memory(4096);
  if (page && !failed(CALL(SYS_mprotect, page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC))) {
    CALL(SYS_munmap, page, 4096, 0);
    return;
  }
  say(PROGRAM ": this system does not let the process make memory executable (MemoryDenyWriteExecute of systemd, "
      "SELinux without execmem), and the provider cannot run without. Allow it for the service that runs OpenTofu.\n");
  end();
}

/* Says what is wrong with `path`, and ends. The kernel's error number would help nobody. */
static void give_up(const char *path, long error) {
  say(PROGRAM ": ");
  say(path);
  if (error == -ENOENT)
    say(" is missing. The provider is more than one file: unpack the whole zip, and use a symbolic link where a copy of "
        "the program alone was made.\n");
  else if (error == -EACCES)
    say(" may not be executed. Its folder is on a file system mounted with noexec, or permissions were lost when it was "
        "copied: unpack the zip again.\n");
  else
    say(" cannot be executed. It is damaged or made for another processor: unpack the zip for this platform again.\n");
  end();
}

/*
 * Ends when a library that Node needs is not beside it. The loader would take the system's, which may not fit it, or say
 * in its own words what is missing.
 */
static void check_libraries(const char *libraries, const char *node) {
  static struct object object;
  static char folder[PATH_SIZE], path[PATH_SIZE];
  if (!read_object(node, &object)) give_up(node, 0);
  join(folder, libraries, "/");
  for (u32 i = 0; i < object.dynamic_count; i++) {
    if (object.dynamic[i].tag != DT_NEEDED) continue;
    const char *name = name_at(&object, object.dynamic[i].value);
    if (starts_with(name, "ld-linux-")) continue;
    join(path, folder, name);
    long descriptor = open_file(path);
    if (failed(descriptor)) give_up(path, descriptor);
    CALL(SYS_close, descriptor, 0, 0);
  }
}

/* Starts Node through the loader of the package, without the variables that are meant for the system's loader. */
static void run_beside(const char *folder, const char *node, u64 count, char **arguments, char **environment) {
  static char loader[PATH_SIZE], libraries[PATH_SIZE];
  join(loader, folder, LOADER);
  join(libraries, folder, LIBRARIES);
  check_libraries(libraries, node);
  u64 variables = 0;
  while (environment[variables]) variables++;
  char **lists = memory((count + variables + 16) * sizeof *lists);
  if (!lists) give_up(loader, 0);
  char **list = lists;
  const char *name = count > 0 ? arguments[0] : node;
  const char *before[] = {name, "--library-path", libraries, "--argv0", name, node};
  for (u64 i = 0; i < sizeof before / sizeof *before; i++) *list++ = (char *)before[i];
  for (u64 i = 1; i < count; i++) *list++ = arguments[i];
  list++;
  char **kept = list;
  for (u64 i = 0; i < variables; i++)
    if (!starts_with(environment[i], "LD_")) *list++ = environment[i];
  give_up(loader, CALL(SYS_execve, loader, lists, kept));
}

__attribute__((used, noreturn)) void launch(u64 *stack) {
  static char folder[PATH_SIZE], node[PATH_SIZE];
  u64 count = stack[0];
  char **arguments = (char **)(stack + 1);
  char **environment = arguments + count + 1;
  u64 *auxiliary = (u64 *)environment;
  while (*auxiliary) auxiliary++;
  const char *started_as = count > 0 ? arguments[0] : "";
  for (auxiliary++; auxiliary[0]; auxiliary += 2)
    if (auxiliary[0] == 31 /* AT_EXECFN */) started_as = (const char *)auxiliary[1];

  if (count <= 1 && variable(environment, COOKIE)) output = 1;
  check_memory();
  own_folder(folder, started_as);
  join(node, folder, NODE);
  long descriptor = open_file(node);
  if (failed(descriptor)) give_up(node, descriptor);
  CALL(SYS_close, descriptor, 0, 0);
  const char *searched = variable(environment, "LD_LIBRARY_PATH=");
  if (!(searched && *searched) && system_suits(node)) CALL(SYS_execve, node, arguments, environment);
  run_beside(folder, node, count, arguments, environment);
  __builtin_unreachable();
}

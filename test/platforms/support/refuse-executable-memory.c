/* Runs a program in a process that may not make memory executable, as systemd's MemoryDenyWriteExecute has it. Static, without a C library. */
#include "../../../scripts/build/launcher/source/system.h"

#define PR_SET_MDWE 65
#define PR_MDWE_REFUSE_EXEC_GAIN 1
#if defined(__x86_64__)
#define SYS_prctl 157
#else
#define SYS_prctl 167
#endif

__attribute__((used, noreturn)) void launch(u64 *stack) {
  char **arguments = (char **)(stack + 1);
  char **environment = arguments + stack[0] + 1;
  if (failed(CALL(SYS_prctl, PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0))) CALL(SYS_exit_group, 77, 0, 0);
  CALL(SYS_execve, arguments[1], arguments + 1, environment);
  CALL(SYS_exit_group, 127, 0, 0);
  __builtin_unreachable();
}

@rem npm runs "exec node ..." of package.json: a POSIX shell is then replaced by Node, so that signals reach it. cmd.exe finds this.
@%*

# complete.zsh SCRIPT LINE…: what an interactive zsh makes of each line when Tab is pressed at its end.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1= PROMPT= RPROMPT=; unsetopt prompt_sp; autoload -Uz compinit && compinit -u -D; source '$1'; dump() { print -r -- "<""<$BUFFER>"">"; BUFFER=; }; zle -N dump; bindkey "^Xd" dump; print -r -- RE"AD"Y'
zpty -r -m shell out '*READY*'
shift
for line in "$@"; do
  zpty -w -n shell "$line"$'\t\C-xd'
  zpty -r -m shell out '*<<*>>*'
  print -r -- ${${out##*<<}%%>>*}
done
zpty -d shell

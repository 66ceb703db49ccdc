# complete.bash SCRIPT LINE…: what the completion of bash offers for each line, whose words have spaces between them.
source "$1"
shift
compopt() { :; } # Works only while a person presses Tab.
for line in "$@"; do
  read -ra COMP_WORDS <<<"$line"
  [[ $line == *" " ]] && COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _gpuhost
  echo "${COMPREPLY[*]}"
done

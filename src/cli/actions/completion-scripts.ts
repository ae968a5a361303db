// The completion scripts. None of them evaluates a word: what was typed goes to `leadpush complete -- WORDS…` as
// arguments, what comes back is taken as it is, one candidate a line (a tab and what it is may follow), and the shell's
// own quoting puts it on the line. A last line `:files` says that the candidates are paths. `leadpush` is the one in the
// PATH, whatever was typed to call it: a TAB never runs somebody else's `./leadpush`.

export type Shell = 'bash' | 'zsh' | 'fish';

/** bash 3.2 (macOS) and later, without the package bash-completion. Paths are quoted by readline where bash can ask it to (4.0). */
const BASH = `# leadpush in bash: source <(leadpush completion bash)
_leadpush() {
  local IFS=$' \\t\\n' answer files= glue= i line value word prefix=
  local -a typed
  typed=()
  COMPREPLY=()
  # --to=NAME is three words here.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    prefix=
    if [[ $word == = && \${#typed[@]} -gt 0 && \${typed[\${#typed[@]}-1]} == --* ]]; then
      prefix=\${typed[\${#typed[@]}-1]}=
      glue=yes
      typed[\${#typed[@]}-1]=$prefix
    elif [[ -n $glue ]]; then
      prefix=\${typed[\${#typed[@]}-1]}
      glue=
      typed[\${#typed[@]}-1]=$prefix$word
    else
      typed[\${#typed[@]}]=$word
    fi
  done
  answer=$(command leadpush complete -- "\${typed[@]}" 2>/dev/null </dev/null)
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    if [[ $line == :files ]]; then
      files=yes
    elif [[ -n $value ]]; then
      COMPREPLY[\${#COMPREPLY[@]}]=\${value#"$prefix"}
    fi
  done <<< "$answer"
  if type compopt >/dev/null 2>&1; then
    [[ -z $files ]] || compopt -o filenames 2>/dev/null
    return 0
  fi
  if [[ -n $files ]]; then
    for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do
      printf -v value '%q' "\${COMPREPLY[i]}"
      COMPREPLY[i]=$value
    done
  fi
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} != */ ]]; then COMPREPLY[0]="\${COMPREPLY[0]} "; fi
}
if type compopt >/dev/null 2>&1; then
  complete -F _leadpush leadpush
else
  complete -o nospace -F _leadpush leadpush
fi
`;

/** It starts compinit where the shell has not (compctl expands the typed words); also as a file `_leadpush` in a folder of fpath. */
const ZSH = `#compdef leadpush
# leadpush in zsh: source <(leadpush completion zsh)
_leadpush_ask() {
  local answer line
  values=() shown=() folders=() files=
  answer=$(command leadpush complete -- "$@" 2>/dev/null </dev/null)
  for line in "\${(@f)answer}"; do
    if [[ $line == :files ]]; then
      files=yes
    elif [[ -n $line ]]; then
      values+=("\${line%%$'\\t'*}")
      shown+=("\${line/$'\\t'/  -- }")
    fi
  done
}
_leadpush() {
  emulate -L zsh
  local -a values shown folders
  local files
  _leadpush_ask "\${(@)words[2,CURRENT]}"
  if [[ -n $files ]]; then
    folders=("\${(@M)values:#*/}")
    values=("\${(@)values:#*/}")
    compadd -f -S '' -a folders
    compadd -f -a values
  else
    compadd -l -d shown -a values
  fi
}
if [[ \${funcstack[1]-} == _leadpush ]]; then
  _leadpush "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit -i -D }
  compdef _leadpush leadpush
fi
`;

const FISH = `# leadpush in fish: leadpush completion fish > ~/.config/fish/completions/leadpush.fish
function __leadpush_complete
    set -l typed (commandline -opc)
    set -l word (commandline -ct)
    test (count $word) -eq 0; and set word ''
    command leadpush complete -- $typed[2..-1] $word 2>/dev/null </dev/null | string match -v ':files'
end
complete -c leadpush -f -k -a '(__leadpush_complete)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

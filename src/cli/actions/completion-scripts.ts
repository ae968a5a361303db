// The completion scripts. None of them evaluates a word: what was typed goes to `leadpush complete -- WORDS…` as
// arguments, what comes back is taken as it is, one candidate a line (a tab and what it is may follow), and the shell's
// own quoting puts it on the line. A last line `:files` says that the candidates are paths, `:quoted` that they are other
// texts to quote; nothing follows a folder or a `=`. `leadpush` is the one in the PATH, whatever was typed to call it: a TAB
// never runs somebody else's `./leadpush`.

export type Shell = 'bash' | 'zsh' | 'fish';

/** bash 3.2 (macOS) and later, without the package bash-completion. Paths are quoted by readline where bash can ask it to (4.0). */
const BASH = `# leadpush in bash: source <(leadpush completion bash)
_leadpush() {
  local IFS=$' \\t\\n' answer quote= glue= i last line value word prefix=
  local -a typed
  typed=()
  COMPREPLY=()
  # --to=NAME is three words here, and so is Header=field behind --column.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    prefix=
    last=$((\${#typed[@]} - 1))
    if [[ $word == = && $last -ge 0 ]] && [[ \${typed[last]} == --* || ( $last -ge 1 && \${typed[last-1]} == --* ) ]]; then
      prefix=\${typed[last]}=
      glue=yes
      typed[last]=$prefix
    elif [[ -n $glue ]]; then
      prefix=\${typed[last]}
      glue=
      typed[last]=$prefix$word
    else
      typed[\${#typed[@]}]=$word
    fi
  done
  answer=$(command leadpush complete -- "\${typed[@]}" 2>/dev/null </dev/null)
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    if [[ $line == :* ]]; then
      quote=$line
    elif [[ -n $value && -n $prefix && ( $prefix != --* || $prefix == --*=*= ) ]]; then
      # What was typed before the = may be quoted.
      COMPREPLY[\${#COMPREPLY[@]}]=\${value##*=}
    elif [[ -n $value ]]; then
      COMPREPLY[\${#COMPREPLY[@]}]=\${value#"$prefix"}
    fi
  done <<< "$answer"
  # readline keeps an open quote or drops it: neither fits these.
  if [[ $quote == :quoted && \${COMP_WORDS[COMP_CWORD]} == [\\"\\']* ]]; then COMPREPLY=(); fi
  if [[ $quote == :quoted ]] || { [[ $quote == :files ]] && ! type compopt >/dev/null 2>&1; }; then
    # Not as paths where they are none: the quotes of a $ would get lost once one was typed.
    for ((i = 0; i < \${#COMPREPLY[@]}; i++)); do
      printf -v value '%q' "\${COMPREPLY[i]}"
      COMPREPLY[i]=$value
    done
  fi
  if type compopt >/dev/null 2>&1; then
    [[ $quote != :files ]] || compopt -o filenames 2>/dev/null
    [[ \${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
    return 0
  fi
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} != *[/=] ]]; then COMPREPLY[0]="\${COMPREPLY[0]} "; fi
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
  values=() shown=() open=() quote=
  answer=$(command leadpush complete -- "$@" 2>/dev/null </dev/null)
  for line in "\${(@f)answer}"; do
    if [[ $line == :* ]]; then
      quote=$line
    elif [[ -n $line ]]; then
      values+=("\${line%%$'\\t'*}")
      shown+=("\${line/$'\\t'/  -- }")
    fi
  done
}
_leadpush() {
  emulate -L zsh
  local -a values shown open
  local quote
  _leadpush_ask "\${(@)words[2,CURRENT]}"
  if [[ $quote == :files ]]; then
    open=("\${(@M)values:#*/}")
    values=("\${(@)values:#*/}")
    compadd -f -S '' -a open
    compadd -f -a values
  elif [[ $quote == :quoted ]]; then
    open=("\${(@M)values:#*=}")
    values=("\${(@)values:#*=}")
    compadd -S '' -a open
    compadd -a values
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

const FISH = `# leadpush in fish: leadpush completion install fish
function __leadpush_complete
    set -l typed (commandline -opc)
    set -l word (commandline -ct)
    test (count $word) -eq 0; and set word ''
    command leadpush complete -- $typed[2..-1] $word 2>/dev/null </dev/null | string match -v ':*'
end
complete -c leadpush -f -k -a '(__leadpush_complete)'
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

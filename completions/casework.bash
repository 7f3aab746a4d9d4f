# Completion for bash. The tools know their own options: this asks `TOOL --complete`, a line an option, with tabs between
# long name, short name, argument, values and help ("-" stands for none; the line without a long name is for operands).
# Values are words, "a|b|c", or a kind of name, "@group", which `TOOL --complete @group` lists.

_casework_tools=(
    store-init store-check store-backup store-restore crm-put crm-get case-new case-enrich case-route task-dispatch
    case-intake task-list task-get task-claim task-update task-done sla-check sla-list case-resolve case-close case-update
    case-comment case-list case-get case-pick case-trace case-why reject-list reject-drop config-lint config-show
)

_casework_words() { # tool, values, word at the cursor
    case $2 in
    -) ;;
    @file) mapfile -t COMPREPLY < <(compgen -f -- "$3") ;;
    @*) mapfile -t COMPREPLY < <(compgen -W "$("$1" --complete "$2" 2>/dev/null </dev/null)" -- "$3") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "${2//|/ }" -- "$3") ;;
    esac
}

_casework() {
    local tool=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before=
    local long short argument values options operands=-

    ((COMP_CWORD > 0)) && before=${COMP_WORDS[COMP_CWORD - 1]}
    if [[ $word == = ]]; then # readline breaks words at "="
        word=
    elif [[ $before == = ]] && ((COMP_CWORD > 1)); then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    options=$("$tool" --complete 2>/dev/null </dev/null) || return 0
    while IFS=$'\t' read -r long short argument values _; do
        if [[ $long == - ]]; then
            operands=$values
            [[ $argument == DIR ]] && operands=@file
        elif [[ $argument != - && ($before == "--$long" || $before == "-$short" && $short != -) ]]; then
            _casework_words "$tool" "$values" "$word"
            return 0
        fi
    done <<<"$options"
    if [[ $word != -* ]]; then
        _casework_words "$tool" "$operands" "$word"
        return 0
    fi
    while IFS=$'\t' read -r long short argument values _; do
        [[ $argument == - ]] && argument=' ' || argument='='
        [[ $long != - && --$long == "$word"* ]] && COMPREPLY+=("--$long$argument")
    done <<<"$options"
    compopt -o nospace 2>/dev/null || true
}

complete -F _casework "${_casework_tools[@]}"

#compdef store-init store-check store-backup store-restore crm-put crm-get case-new case-enrich case-route task-dispatch case-intake task-list task-get task-claim task-update task-done sla-check sla-list case-resolve case-close case-update case-comment case-list case-get case-pick case-trace case-why reject-list reject-drop config-lint config-show
# Completion for zsh, installed as _casework. The tools know their own options: this asks `TOOL --complete`, a line an
# option, with tabs between long name, short name, argument, values and help ("-" stands for none; the line without a
# long name is for operands). Values are words, "a|b|c", or a kind of name, "@group", which `TOOL --complete @group` lists.

_casework_names() { # kind
    local -a names
    names=(${(f)"$($words[1] --complete $1 2>/dev/null </dev/null)"})
    compadd -a names
}

# What completes a value, as _arguments wants it.
_casework_action() {
    case $1 in
    -) print -r -- ' ' ;;
    @file) print -r -- _files ;;
    @*) print -r -- "_casework_names $1" ;;
    *) print -r -- "(${1//|/ })" ;;
    esac
}

# The lines of --complete as specifications for _arguments, one a line.
_casework_specs() {
    local long short argument values help text
    while IFS=$'\t' read -r long short argument values help; do
        text=${${${help//\[/\\[}//\]/\\]}//:/\\:} argument=${argument//:/\\:}
        if [[ $long == - ]]; then
            [[ $argument == DIR ]] && values=@file
            print -r -- "*:$argument:$(_casework_action "$values")"
        elif [[ $argument == - ]]; then
            print -r -- "--${long}[$text]"
            [[ $short != - ]] && print -r -- "-${short}[$text]"
        else
            print -r -- "--${long}=[$text]:$argument:$(_casework_action "$values")"
            [[ $short != - ]] && print -r -- "-${short}+[$text]:$argument:$(_casework_action "$values")"
        fi
    done
    return 0
}

_casework() {
    local -a specs
    specs=(${(f)"$($words[1] --complete 2>/dev/null </dev/null | _casework_specs)"})
    _arguments -S $specs
}

# Autoloaded, the file is the function; sourced, it only defines it.
[[ $funcstack[1] == _casework ]] && _casework "$@"

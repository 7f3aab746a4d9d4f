#!/usr/bin/env bats
# Completion in each shell, against what the tools say of their options.
# shellcheck disable=SC2016 # the other shells expand these

completions_dir="$BATS_TEST_DIRNAME/../../completions"

setup() {
    PATH=${CASEWORK_BIN:+$CASEWORK_BIN:}$PATH
    export completions_dir PATH
}

# bash_complete WORD...: what the last word would become.
bash_complete() {
    bash -c '
        . "$completions_dir/casework.bash"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _casework
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

@test "--complete prints five columns for every option of every tool" {
    local tool

    for tool in $(bash -c '. "$completions_dir/casework.bash"; echo "${_casework_tools[@]}"'); do
        "$tool" --complete | awk -F '\t' 'NF != 5 || $1 == "" {bad = 1; print} END {exit bad}'
        "$tool" --complete | cut -f 1 | grep -qx store
    done
}

@test "the three shells complete the same tools, and each has a page" {
    local tools

    tools=$(bash -c '. "$completions_dir/casework.bash"; printf "%s\n" "${_casework_tools[@]}"' | sort)
    [ "$tools" = "$(sed -n '1s/^#compdef //p' "$completions_dir/casework.zsh" | tr ' ' '\n' | sort)" ]
    [ "$tools" = "$(sed -n '/^for tool in/,/^    complete/p' "$completions_dir/casework.fish" |
        grep -v complete | grep -o '[a-z]*-[a-z]*' | sort)" ]
    [ "$tools" = "$(find "$BATS_TEST_DIRNAME/../../share/man" -name '*.1' -printf '%f\n' | sed 's/\.1$//' | sort)" ]
}

@test "bash completes a long option" {
    run bash_complete case-new --so
    [ "$output" = "--source=" ]
}

@test "bash completes the values of an option" {
    run bash_complete case-new --on-duplicate = r
    [ "$output" = "reject" ]
    run bash_complete case-new --on-duplicate =
    [ "${#lines[@]}" -eq 3 ]
}

@test "bash completes nothing for a value that can be anything" {
    run bash_complete case-new --source = x
    [ "$output" = "" ]
}

@test "bash completes names that the store knows, and kinds of records" {
    load examples
    prepare_store "$BATS_TEST_TMPDIR"
    run bash_complete case-get CS00010
    [ "${lines[0]}" != "" ]
    [ "${#lines[@]}" -eq 12 ]
    run bash_complete case-list --group = n
    [ "$output" = "noc" ]
    run bash_complete crm-get prod
    [ "$output" = "product" ]
}

@test "zsh makes specifications of the options" {
    command -v zsh >/dev/null || skip "zsh is not installed"
    run zsh -f -c '
        autoload -Uz compinit && compinit -D -u
        . "$completions_dir/casework.zsh"
        case-new --complete | _casework_specs'
    [ "$status" -eq 0 ]
    [[ $output == *'--source=['* ]]
    [[ $output == *'--on-duplicate=['*'(keep update reject)'* ]]
    [[ $output == *'-n['* ]]
}

@test "zsh finds the completion through compinit" {
    command -v zsh >/dev/null || skip "zsh is not installed"
    cp "$completions_dir/casework.zsh" "$BATS_TEST_TMPDIR/_casework"
    run zsh -f -c '
        fpath=("$1" $fpath)
        autoload -Uz compinit && compinit -D -u
        print -r -- "$_comps[case-new] $_comps[config-show]"' zsh "$BATS_TEST_TMPDIR"
    [ "$output" = "_casework _casework" ]
}

@test "fish completes a long option" {
    command -v fish >/dev/null || skip "fish is not installed"
    run fish --no-config -c 'source $completions_dir/casework.fish; complete -C"case-new --so"'
    [[ $output == --source=* ]]
}

@test "fish completes the values of an option" {
    command -v fish >/dev/null || skip "fish is not installed"
    run fish --no-config -c 'source $completions_dir/casework.fish; complete -C"case-new --on-duplicate=r"'
    [[ $output == --on-duplicate=reject* ]]
}

@test "fish completes an operand" {
    command -v fish >/dev/null || skip "fish is not installed"
    run fish --no-config -c 'source $completions_dir/casework.fish; complete -C"crm-get prod"'
    [[ $output == product* ]]
}

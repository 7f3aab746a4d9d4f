# Completion for fish. The tools know their own options: this asks `TOOL --complete`, a line an option, with tabs between
# long name, short name, argument, values and help ("-" stands for none; the line without a long name is for operands).
# Values are words, "a|b|c", or a kind of name, "@group", which `TOOL --complete @group` lists.

# tool, values, what stands in front of each ("--sort="), what has been typed of the value
function __casework_values
    switch $argv[2]
        case -
        case @file
            for path in (__fish_complete_path "$argv[4]")
                echo $argv[3]$path
            end
        case '@*'
            printf "$argv[3]%s\n" ($argv[1] --complete $argv[2] 2>/dev/null </dev/null)
        case '*'
            printf "$argv[3]%s\n" (string split '|' -- $argv[2])
    end
end

function __casework_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l options ($words[1] --complete 2>/dev/null </dev/null)
    set -l tab (printf '\t')
    set -l operands -

    for line in $options
        set -l o (string split $tab -- $line)
        if test "$o[1]" = -
            set operands $o[4]
            test "$o[3]" = DIR; and set operands @file
        else if test "$o[3]" != -
            if string match -q -- "--$o[1]=*" $word
                __casework_values $words[1] $o[4] --$o[1]= (string replace -- "--$o[1]=" '' $word)
                return
            else if test "$words[-1]" = "--$o[1]"; or test "$o[2]" != - -a "$words[-1]" = "-$o[2]"
                __casework_values $words[1] $o[4] '' $word
                return
            end
        end
    end
    if not string match -q -- '-*' $word
        __casework_values $words[1] $operands '' $word
        return
    end
    for line in $options
        set -l o (string split $tab -- $line)
        if test "$o[1]" != -
            test "$o[3]" = -; and printf '%s\t%s\n' --$o[1] $o[5]; or printf '%s\t%s\n' --$o[1]= $o[5]
        end
    end
end

for tool in store-init store-check store-backup store-restore crm-put crm-get case-new case-enrich case-route \
        task-dispatch case-intake task-list task-get task-claim task-update task-done sla-check sla-list case-resolve \
        case-close case-update case-comment case-list case-get case-pick case-trace case-why reject-list reject-drop config-lint config-show
    complete -c $tool -f -a '(__casework_complete)'
end

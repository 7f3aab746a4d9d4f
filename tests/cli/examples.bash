# Examples out of the manual pages: the lines that begin with "$ ", with those that follow and begin with "> ". A comment
# `.\" exit 65` behind an example says that it ends with that status, not with 0.

demo_dir="$BATS_TEST_DIRNAME/../../share/demo"

# Prints "STATUS COMMAND", each ended by a zero byte.
page_examples() {
    local line command='' status=0

    while IFS= read -r line; do
        line=${line#.Dl }
        case $line in
        '$ '*)
            [[ $command ]] && printf '%s %s\0' "$status" "$command"
            command=${line:2} status=0
            continue
            ;;
        '> '*)
            [[ $command ]] && command+=$'\n'${line:2}
            continue
            ;;
        '.\" exit '*)
            status=${line##* }
            ;;
        esac
        [[ $command ]] && printf '%s %s\0' "$status" "$command"
        command='' status=0
    done < <(sed -e 's/\\&//g' -e 's/\\e/\\/g' "$1")
    [[ $command ]] && printf '%s %s\0' "$status" "$command"
    return 0
}

# The surroundings that the examples were written for, below the folder $1.
examples_environment() {
    export HOME=$1/home XDG_DATA_HOME=$1/home
    export CASEWORK_STORE=$1/store.db CASEWORK_CONFIG=$1/config CASEWORK_NOW=2026-03-02T09:00:00Z
    export GIT_AUTHOR_NAME=casework GIT_AUTHOR_EMAIL=casework@localhost
    export GIT_COMMITTER_NAME=casework GIT_COMMITTER_EMAIL=casework@localhost
    unset CASEWORK_REF CASEWORK_ACTOR
}

# A simulation store with the sample customers and a dozen dispatched cases and a reject; requests wait in the working folder.
prepare_store() {
    mkdir -p "$1/home" "$1/desk"
    examples_environment "$1"
    "$demo_dir/make-requests.sh" >"$1/desk/requests.ndjson"
    cp "$demo_dir/customers.ndjson" "$1/desk/"
    store-init -q --simulation --proxy="$(id -un)" >"$1/init.json"
    crm-put -q <"$demo_dir/customers.ndjson" >"$1/customers.out"
    head -n 12 "$1/desk/requests.ndjson" | case-intake -q >"$1/cases.out"
    echo '{"short_description":"All down","impact":"severe"}' | case-new -q >"$1/rejected.out" 2>&1 || [ $? -eq 65 ]
}

# Runs every example of a page in order on a copy of the prepared store. Prints those that end otherwise than they say.
run_page_examples() {
    local page=$1 prepared=$2 copy failures=0 expected example status

    copy=$(mktemp -d "$BATS_TEST_TMPDIR/page.XXXXXX")
    cp -a "$prepared/." "$copy/"
    examples_environment "$copy"
    while IFS= read -r -d '' example; do
        expected=${example%% *}
        status=0
        (cd "$copy/desk" && timeout 30 sh -c "${example#* }") >"$copy/stdout" 2>"$copy/stderr" </dev/null || status=$?
        if [[ $status != "$expected" ]]; then
            printf '%s: status %s instead of %s:\n%s\n' "${page##*/}" "$status" "$expected" "${example#* }"
            head -n 5 "$copy/stderr"
            failures=$((failures + 1))
        fi
    done < <(page_examples "$page")
    rm -rf "$copy"
    return $((failures > 0))
}

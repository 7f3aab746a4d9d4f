#!/usr/bin/env bats
# Manual pages: their form, and their examples.

load examples

pages_dir="$BATS_TEST_DIRNAME/../../share/man"

setup() {
    PATH=${CASEWORK_BIN:+$CASEWORK_BIN:}$PATH
}

@test "every page is clean for mandoc" {
    command -v mandoc >/dev/null || skip "mandoc is not installed"
    run mandoc -T lint -W warning "$pages_dir"/*.[157]
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "every page has the sections that users look for" {
    local page section

    for page in "$pages_dir"/*.1; do
        for section in NAME SYNOPSIS DESCRIPTION OPTIONS ENVIRONMENT 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
            grep -qx "\.Sh $section" "$page" || { echo "${page##*/}: no $section"; return 1; }
        done
    done
}

@test "every page says first whether the tool writes" {
    local page

    for page in "$pages_dir"/*.1; do
        grep -A 1 -x '\.Sh DESCRIPTION' "$page" | grep -Eq '^(Writes|Reads only)' || { echo "${page##*/}"; return 1; }
    done
}

@test "every option of a tool is on its page, and every option of the page is one of the tool" {
    local page tool bad=0

    # A tool prints its own options before the common ones, which begin with --store.
    for page in "$pages_dir"/*.1; do
        tool=${page##*/} tool=${tool%.1}
        diff <("$tool" --complete | sed '/^store\t/,$d' | cut -f 1 | sort) \
            <(sed -n '/^\.Sh OPTIONS/,/^\.Sh ENVIRONMENT/s/^\.It \(Fl . , \|Fl \)-\([a-z-]*\).*/\2/p' "$page" | sort) ||
            { echo "$tool: the tool (<) and its page (>) differ"; bad=1; }
    done
    [ "$bad" -eq 0 ]
}

@test "casework(7) lists every error code" {
    local code

    while read -r code; do
        grep -q "^\.It Ql $code No" "$pages_dir/casework.7" || { echo "$code"; return 1; }
    done < <(sed -n 's/^ *X([A-Z_]*, "\([a-z_]*\)", [0-9]*).*/\1/p' "$BATS_TEST_DIRNAME/../../lib/base/error.h")
}

@test "every example of every page does what it says" {
    local page failed=0

    prepare_store "$BATS_TEST_TMPDIR/prepared"
    for page in "$pages_dir"/*.[157]; do
        run_page_examples "$page" "$BATS_TEST_TMPDIR/prepared" || failed=$((failed + 1))
    done
    [ "$failed" -eq 0 ]
}

@test "the lines of shell in casework(7) verify a chain and find a changed event" {
    local script real altered=$BATS_TEST_TMPDIR/altered

    prepare_store "$BATS_TEST_TMPDIR"
    real=$(command -v case-trace)
    script=$(page_examples "$pages_dir/casework.7" | grep -az basenc | tr -d '\0')
    script=${script#0 }
    [ "$(wc -l <<<"$script")" -eq 6 ]
    run sh -c "$script"
    [ "$status" -eq 0 ]
    mkdir "$altered"
    printf '#!/bin/sh\n%s "$@" | sed "3s/\\"seq\\":3/\\"seq\\":4/"\n' "$real" >"$altered/case-trace"
    chmod +x "$altered/case-trace"
    run env PATH="$altered:$PATH" sh -c "$script"
    [ "$status" -eq 1 ]
    [[ $output == 'broken at: '* ]]
}

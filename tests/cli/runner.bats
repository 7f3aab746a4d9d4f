#!/usr/bin/env bats
bats_require_minimum_version 1.5.0
# What every tool has in common: input, batches, rejects, limits, exit statuses, again and again.

load examples

setup_file() {
    PATH=${CASEWORK_BIN:+$CASEWORK_BIN:}$PATH
    export PATH
    mkdir -p "$BATS_FILE_TMPDIR/store/home"
    examples_environment "$BATS_FILE_TMPDIR/store"
    store-init -q --simulation >/dev/null
}

setup() {
    cp -a "$BATS_FILE_TMPDIR/store" "$BATS_TEST_TMPDIR/"
    examples_environment "$BATS_TEST_TMPDIR/store"
    # The copy takes its policy from the repository beside it.
    cd "$BATS_TEST_TMPDIR" || return
}

requests() { # N: as many requests with a key
    seq "$1" | jq -c '{source: "test", external_id: "\(.)", short_description: "request \(.)"}'
}

@test "records are printed in input order" {
    requests 2500 | case-new -q >out
    [ "$(jq -r .external_id out)" = "$(seq 2500)" ]
}

@test "a stream is values on lines, over lines, or an array" {
    [ "$(printf '%s' '[{"short_description":"a"},{"short_description":"b"}]' | case-new -q | wc -l)" -eq 2 ]
    [ "$(jq -n '{short_description: "c"}, {short_description: "d"}' | case-new -q | wc -l)" -eq 2 ]
}

@test "a broken line costs no neighbour, and is kept as it was" {
    run -65 case-new -q -r rejects <<'END'
{"short_description":"a"}
{"short_description":"b
{"short_description":"c"}
END
    [ "$(grep -c number <<<"$output")" -eq 2 ]
    [ "$(jq -r .raw rejects)" = '{"short_description":"b' ]
    [ "$(jq -c '[.line, .index, .error.code]' rejects)" = '[2,1,"syntax"]' ]
}

@test "bytes that are no UTF-8 are kept as base64" {
    printf '{"short_description":"\377"}\n' | run -65 case-new -q -r rejects
    [ "$(jq -r .raw_base64 rejects | base64 -d | od -An -tx1 | tr -d ' \n')" = \
        "$(printf '{"short_description":"\377"}' | od -An -tx1 | tr -d ' \n')" ]
}

@test "an invalid record inside a pretty array costs no neighbour" {
    run -65 case-new -q <<'END'
[
  {
    "short_description": "a",
    "a": 1, "a": 2
  },
  {
    "short_description": "b"
  }
]
END
    [ "$(grep -c '"short_description":"b"' <<<"$output")" -eq 1 ]
    [ "${#lines[@]}" -eq 2 ]
}

@test "a rejected record says where and why" {
    run -65 case-new <<<'{"short_description":"a","impact":"severe"}'
    [ "${lines[0]}" = 'case-new: line 1: /impact: expected 1, 2 or 3, got "severe"' ]
    run -65 case-route CS0009999
    [ "${lines[0]}" = 'case-route: CS0009999: no case CS0009999' ]
}

@test "the summary counts, and leaves out what is nothing" {
    requests 3 | case-new -q >/dev/null
    run -65 --separate-stderr case-new < <(requests 4; echo '{"short_description":"x"}'; echo 7)
    # shellcheck disable=SC2154 # set by run --separate-stderr
    [[ $stderr == *"6 read, 2 new, 3 duplicate, 1 without a key, 1 rejected, "*" s"* ]]
}

@test "an operand goes without a summary" {
    run -0 --separate-stderr case-new "Line down"
    [ "$stderr" = "" ]
}

@test "rejects of case-new are kept once by content, and leave when they are captured" {
    local bad='{"source":"s","external_id":"1","short_description":"x","impact":9}'

    case-new -q <<<"$bad" || [ $? -eq 65 ]
    case-intake -q <<<"$bad" || [ $? -eq 65 ]
    [ "$(reject-list | jq .count)" = 2 ]
    case-new -q <<<'{"source":"s","external_id":"1","short_description":"x","impact":1}'
    [ "$(reject-list)" = "" ]
}

@test "too many rejects stop the tool after the batch" {
    run -65 case-new -q --max-rejects=10 < <(yes '{}' | head -n 5000)
    [ "$(reject-list | jq .count)" = 1000 ]
    [[ ${lines[-1]} == *"--max-rejects=10"* ]]
}

@test "rejects that cannot be kept where they should be are told before anything is done" {
    run -66 case-new -r nowhere/rejects "Line down"
    [ "$(case-list)" = "" ]
}

@test "a dry run prints everything and keeps nothing" {
    run -0 case-intake -n "Line down"
    [ "$(jq -c '[.dry_run, .number, .progress]' <<<"$output")" = '[true,null,"dispatched"]' ]
    [ "$(case-list)" = "" ]
}

@test "nothing to read from is a usage error" {
    run -64 script -qec case-new /dev/null
    run -64 case-list nonsense --format=xml
    run -64 case-new --max-rejects=many "Line down"
    run -64 case-enrich --pending CS0001001
}

@test "a frozen clock is for simulations, and has a form" {
    CASEWORK_NOW=yesterday run -64 case-new "Line down"
    rm -rf "$CASEWORK_STORE"* "$CASEWORK_CONFIG"
    CASEWORK_NOW='' store-init -q >/dev/null
    run -64 case-new "Line down"
    CASEWORK_NOW='' run -0 case-new "Line down"
}

@test "only a proxy acts for others" {
    CASEWORK_ACTOR=maria run -64 case-new "Line down"
    CASEWORK_ACTOR=$(id -un) run -0 case-new "Line down"
}

@test "there is no store, no repository, no such revision" {
    run -69 case-new -s "$PWD/none.db" "Line down"
    run -69 case-new -C "$PWD/none" "Line down"
    run -78 case-new --ref=none "Line down"
}

@test "a stage that is passed is unchanged, one that is too early is not ready" {
    local number
    number=$(case-new "Line down" | jq -r .number)

    run -65 case-route "$number"
    case-enrich "$number"
    [ "$(case-enrich "$number" | jq .unchanged)" = true ]
}

@test "--pending picks up what waits, most urgent first" {
    case-new -q impact=3 "Later" >/dev/null
    case-new -q impact=1 urgency=1 "Now" >/dev/null
    [ "$(case-enrich --pending | jq -r .short_description | paste -sd ' ')" = "Now Later" ]
    [ "$(case-enrich --pending)" = "" ]
}

@test "the pipe and case-intake come to the same" {
    requests 20 >in
    case-new -q <in | case-enrich -q | case-route -q | task-dispatch -q >pipe
    cp -a "$BATS_FILE_TMPDIR/store" second
    CASEWORK_STORE=second/store.db case-intake -q <in >intake
    diff <(jq -S 'del(.config)' pipe) <(jq -S 'del(.config)' intake)
}

@test "records that refer to later ones are put off, and rejected when those do not come" {
    run -65 crm-put -q -r rejects <<'END'
{"kind":"account","key":"c","parent":"b","name":"C"}
{"kind":"account","key":"x","parent":"nobody","name":"X"}
{"kind":"account","key":"b","parent":"a","name":"B"}
{"kind":"account","key":"a","name":"A"}
END
    [ "$(crm-get account | jq -r .key | paste -sd ' ')" = "a b c" ]
    [ "$(jq -c '[.line, .error.code]' rejects)" = '[2,"unknown_reference"]' ]
}

@test "a writer whose reader is gone finishes the batch and says so" {
    requests 5000 | (case-new -q 2>/dev/null || echo $? >status) | head -n 1 >/dev/null
    [ "$(cat status)" -eq 74 ]
    [ "$(case-list --fields=number | wc -l)" -gt 0 ]
    requests 5000 | case-new -q >/dev/null
    [ "$(case-list --fields=number | wc -l)" -eq 5000 ]
}

@test "a signal ends an idle writer with what it did" {
    local writer line status=0

    mkfifo in out
    case-new -q <in >out 2>err &
    writer=$!
    exec 7>in 8<out
    requests 1 >&7
    read -r line <&8
    kill -TERM "$writer"
    wait "$writer" || status=$?
    exec 7>&- 8<&-
    [ "$status" -eq 75 ]
    [ "$(jq -r .number <<<"$line")" = CS0001001 ]
}

@test "case-update refuses a stale version and misplaced members" {
    case-new -q "Line down" >/dev/null
    run -65 case-update -q <<<'{"number":"CS0001001","seq":99,"patch":{"impact":1}}'
    [[ $output == *"/seq"* ]]
    run -65 case-update -q <<<'{"number":"CS0001001","patch":{"impact":"x"}}'
    [[ $output == *"line 1: /patch/impact:"* ]]
    run -64 case-update CS0001001
    run -64 case-update --resume --cancel CS0001001
    run -64 case-update --cancel CS0001001
}

@test "task-claim prints what is held and takes the most urgent" {
    case-intake -q impact=3 "Later" >/dev/null
    case-intake -q impact=1 urgency=1 "Now" >/dev/null
    local group
    group=$(task-list --fields=assignment_group | jq -r .assignment_group | sort -u | head -n 1)
    [ "$(task-claim --group="$group" | jq -r .task)" = CS0001002/handle ]
    [ "$(task-claim --group="$group" | jq -c '[.task, .unchanged]' | paste -sd ' ')" = \
        '["CS0001002/handle",true] ["CS0001001/handle",null]' ]
    run -64 task-claim
}

@test "sla-check tells a transition once, and again when asked" {
    case-intake -q impact=1 urgency=1 "Line down" >/dev/null
    CASEWORK_NOW=2026-06-01T00:00:00Z sla-check >first
    [ -s first ]
    [ "$(CASEWORK_NOW=2026-06-01T00:00:00Z sla-check)" = "" ]
    diff first <(CASEWORK_NOW=2026-06-01T00:00:00Z sla-check --since=0)
}

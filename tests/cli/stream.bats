#!/usr/bin/env bats
# What tools make of standard input: values, limits, and going on after what is broken.

load helper

# good N...: a record a line.
good() {
	printf '{"source":"s","external_id":"%s","short_description":"good"}\n' "$@"
}

captured() {
	jq -r .external_id out | tr '\n' ' '
}

# goes_on NUMBERS LINES: case-new on the file in captures these and rejects what began on those lines.
goes_on() {
	rm -f rejects
	expect_status 65 case-new -q -r rejects <in
	[ "$(captured)" = "$1 " ] || { echo "captured: $(captured)"; cat rejects; return 1; }
	[ "$(jq .line rejects | tr '\n' ' ')" = "$2 " ] || { echo "rejected:"; cat rejects; return 1; }
}

@test "a value a line, over lines, or in an array" {
	good 1 2 >in
	good 3 4 | jq . >>in
	good 5 6 | jq -s . >>in
	good 7 8 | jq -sc . >>in
	expect_status 0 case-new <in
	[ "$(captured)" = "1 2 3 4 5 6 7 8 " ]
	tells '8 read, 8 new'
}

@test "an empty input is nothing to do" {
	expect_status 0 case-new </dev/null
	nothing_in out
	printf '\n  \n\t\r\n' >in
	expect_status 0 case-new <in
	nothing_in out
	echo '[]' >in
	expect_status 0 case-enrich <in
	nothing_in out
}

@test "line ends of all kinds, and none at the end" {
	good 1 2 3 | sed 's/$/\r/' | head -c -2 >in
	expect_status 0 case-new -q <in
	[ "$(captured)" = "1 2 3 " ]
}

@test "a broken line costs no neighbour" {
	{ good 1; echo '{"short_description": broken}'; good 2; echo '{"short_description":"x",}'; good 3; } >in
	goes_on "1 2 3" "2 4"
	tells 'case-new: line 2: '
	shows .error.code '"syntax" "syntax"' rejects
	shows .raw '"{\"short_description\": broken}" "{\"short_description\":\"x\",}"' rejects
}

@test "a line that is cut off costs no neighbour" {
	{ good 1; echo '{"short_description":"x","a":{"b":'; good 2; echo '["short_description"'; good 3; echo '"CS000'; good 4; echo '{"short_'; good 5; } >in
	goes_on "1 2 3 4 5" "2 4 6 8"
}

@test "a value cut off at the end is rejected" {
	{ good 1; printf '{"short_description":"x"'; } >in
	goes_on 1 2
	{ good 1; printf '[{"source":"s","external_id":"2","short_description":"x"}'; } >in
	expect_status 65 case-new -q <in
	[ "$(captured)" = "1 2 " ]
}

@test "what is skipped is one reject" {
	{ good 1; printf '%s\n' 'Dear all,' 'this is no JSON' '  {"short_description":"indented"}' 'regards'; good 2; } >in
	goes_on "1 2" 2
	shows '.raw | split("\n") | length' 4 rejects
}

@test "a broken value over lines is skipped to the next that begins a line" {
	{ good 1 | jq .; good 2 | jq . | sed 's/"short_description":/"short_description"/'; good 3 | jq .; } >in
	goes_on "1 3" 6
}

@test "a broken element of an array costs no neighbour" {
	{
		echo '['
		good 1 | sed 's/$/,/'
		echo '{"short_description": broken},'
		good 2 | sed 's/^/  /'
		echo ','
		good 3
		echo ']'
		good 4
	} >in
	goes_on "1 2 3 4" 3
	good 1 2 3 | jq -s . | sed '/"2"/s/"2"/2x/' >in
	expect_status 65 case-new -q <in
	[ "$(captured)" = "1 3 " ]
}

@test "an element that is no object costs no neighbour" {
	{ echo '[1, "text", null,'; good 1; echo ', [], true,'; good 2; echo ']'; } >in
	expect_status 65 case-new -q -r rejects <in
	[ "$(captured)" = "1 2 " ]
	[ "$(wc -l <rejects)" -eq 5 ]
}

@test "a value may be 64 deep, and no deeper" {
	deep() { # DEPTH: an object of that depth
		printf '{"short_description":"deep","source":"s","external_id":"deep","a":'
		printf '[%.0s' $(seq $(($1 - 1)))
		printf ']%.0s' $(seq $(($1 - 1)))
		printf '}\n'
	}
	{ good 1; deep 64; good 2; } >in
	expect_status 0 case-new -q <in
	[ "$(captured)" = "1 deep 2 " ]
	rm -f "$CASEWORK_STORE"*
	cp -a "$BATS_FILE_TMPDIR/store/store.db" "$CASEWORK_STORE"
	{ good 1; deep 65; good 2; printf '[%.0s' $(seq 20000); echo; good 3; printf '{"a":%.0s' $(seq 20000); echo; good 4; } >in
	goes_on "1 2 3 4" "2 4 6"
	shows .error.code '"limit" "limit" "limit"' rejects
	tells 'line 2: '
}

@test "an array of records is one deeper than its elements, which count alone" {
	{ printf '[{"short_description":"deep","source":"s","external_id":"deep","a":'; printf '[%.0s' $(seq 63); printf ']%.0s' $(seq 63); echo '}]'; } >in
	expect_status 0 case-new -q <in
	[ "$(captured)" = "deep " ]
}

@test "a value may have 4 MiB, and no more" {
	sized() { # BYTES: an object of that size
		local begin="{\"source\":\"s\",\"external_id\":\"$1\",\"short_description\":\"large\""
		printf '%s%*s}\n' "$begin" $(($1 - ${#begin} - 1)) ''
	}
	sized 4194304 >one
	[ "$(head -n 1 one | tr -d '\n' | wc -c)" -eq 4194304 ]
	{ good 1; cat one; good 2; } >in
	expect_status 0 case-new -q <in
	[ "$(captured)" = "1 4194304 2 " ]
	{ good 3; sized 4194305; good 4; } >in
	goes_on "3 4" 2
	shows .error.code '"limit"' rejects
}

@test "a string that never ends does not fill the memory, and costs no neighbour" {
	{ good 1; printf '{"short_description":"'; head -c 20000000 /dev/zero | tr '\0' a; echo; good 2; } >in
	(ulimit -v 150000; expect_status 65 case-new -q -r rejects <in)
	[ "$(captured)" = "1 2 " ]
	shows .line 2 rejects
}

@test "an array of any length is read as it comes" {
	requests 30000 | jq -sc . >in
	[ "$(wc -c <in)" -gt 1000000 ]
	{ printf '['; head -c 5000000 /dev/zero | tr '\0' ' '; good 1; printf ']'; } >padded
	expect_status 0 case-new -q <padded
	[ "$(captured)" = "1 " ]
	case-new -q -n <in | tail -n 1 >out
	shows .external_id '"30000"'
}

@test "text that is no UTF-8 is rejected with its line, and kept as it was" {
	{
		good 1
		printf '{"short_description":"\377"}\n'
		good 2
		printf '{"short_description":"\300\257"}\n'     # overlong
		printf '{"short_description":"\355\240\200"}\n' # a surrogate
		printf '{"short_description":"\364\220\200\200"}\n' # beyond the last
		good 3
		printf '{"short_description":"\303"}\n' # cut off
		good 4
	} >in
	goes_on "1 2 3 4" "2 4 5 6 8"
	[ "$(head -n 1 rejects | jq -r .raw_base64 | base64 -d | tr -d '\n')" = "$(printf '{"short_description":"\377"}')" ]
}

@test "raw control characters in a string are rejected with their line" {
	{ good 1; printf '{"short_description":"a\001b"}\n'; good 2; printf '{"short_description":"a\tb"}\n'; good 3; printf '{"short_description":"a\000b"}\n'; good 4; } >in
	goes_on "1 2 3 4" "2 4 6"
}

@test "a member that occurs twice is rejected" {
	{ good 1; echo '{"short_description":"x","impact":1,"impact":2}'; echo '{"short_description":"x","a":{"b":1,"b":1}}'; good 2; } >in
	goes_on "1 2" "2 3"
}

@test "what JSON does not know is rejected" {
	local line
	{
		for line in '{"short_description":"x","n":NaN}' '{"short_description":"x","n":01}' '{"short_description":"x","n":.5}' \
			"{'short_description':'x'}" '{"short_description":"x"} trailing' '{"short_description":"x\x"}' \
			'{"short_description":"x","n":1e}' '{short_description:"x"}' '{"short_description":"x" /* no */}'; do
			echo "$line"
		done
		good 1
	} >in
	expect_status 65 case-new -q -r rejects <in
	[ "$(jq .line rejects | tr '\n' ' ')" = "1 2 3 4 5 6 7 8 9 " ]
	jq -r .external_id out | grep -qx 1
}

@test "lines are counted over values of several lines, and index counts the values" {
	{ good 1 | jq .; echo '{"impact":1}'; good 2 | jq .; echo '{"impact":1}'; } >in
	goes_on "1 2" "6 12"
	shows .index '1 3' rejects
}

@test "a reject has what is needed to find and mend it" {
	{ good 1; echo '{"source":"erp","external_id":"A-17","short_description":"All down","impact":"severe"}'; } >in
	expect_status 65 case-new -q -r rejects <in
	shows . '{"tool":"case-new","at":"2026-03-02T09:00:00.000000Z","line":2,"index":1,"source":"erp","external_id":"A-17",
		"error":{"code":"invalid","pointer":"/impact","message":"expected 1, 2 or 3, got \"severe\""},
		"record":{"source":"erp","external_id":"A-17","short_description":"All down","impact":"severe"}}' rejects
}

@test "-r appends" {
	echo '{"impact":1}' >in
	expect_status 65 case-new -q -r rejects <in
	expect_status 65 case-new -q -r rejects <in
	[ "$(wc -l <rejects)" -eq 2 ]
}

@test "a message masks what could play with a terminal" {
	printf '%s\n' '{"short_description":"x","impact":"\u001b[2J\u0007bad"}' >in
	expect_status 65 case-new -q <in
	run ! grep -q "$(printf '[\033\007]')" err
}

@test "results come in the order of the input over batches and rejects" {
	requests 3500 | sed '1500s/.*/broken/; 2999s/.*/{"impact":1}/' >in
	expect_status 65 case-new <in
	[ "$(jq -r .external_id out)" = "$(seq 3500 | sed '2999d; 1500d')" ]
	tells '3500 read, 3498 new, 2 rejected, '
}

@test "too many rejects stop the tool after the batch" {
	requests 5000 | sed '10s/.*/broken/; 20s/.*/{"impact":1}/' >in
	expect_status 65 case-new -q --max-rejects=1 <in
	[ "$(wc -l <out)" -eq 998 ]
	[ "$(count cases)" -eq 998 ]
	expect_status 65 case-new -q --max-rejects=2 <in
	[ "$(count cases)" -eq 4998 ]
}

@test "too many rejects can be a share of what was read" {
	requests 3000 | awk 'NR % 4 == 0 { print "{}"; next } { print }' >in
	expect_status 65 case-new -q --max-rejects=20% <in
	[ "$(count cases)" -eq 750 ]
	expect_status 65 case-new -q --max-rejects=30% <in
	[ "$(count cases)" -eq 2250 ]
	expect_status 64 case-new --max-rejects=101% <in
	expect_status 64 case-new --max-rejects=-1 <in
}

@test "one who types is answered at once" {
	local line
	mkfifo in results
	case-new -q <in >results &
	exec 7>in 8<results
	good 1 >&7
	read -r -t 10 line <&8
	[ "$(jq -r .external_id <<<"$line")" = 1 ]
	good 2 >&7
	read -r -t 10 line <&8
	[ "$(jq -r .external_id <<<"$line")" = 2 ]
	exec 7>&-
	wait
	exec 8<&-
}

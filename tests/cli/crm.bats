#!/usr/bin/env bats
# Customer records of every kind: crm-put, crm-get.

load helper

# One store with nothing in it.
load_customers() { :; }

# The world: every kind, trees, links, a retired record, members of no kind, a key with what keys are joined by.
more_setup() {
	cat >world <<-'END'
		{"kind":"account","key":"HOLDING","name":"Holding","tier":"gold","region":"north","time_zone":"Europe/Berlin","currency":"EUR","customer":true}
		{"kind":"account","key":"PLANT","name":"Plant","parent":"HOLDING","site":{"hall":2}}
		{"kind":"account","key":"CABLES","name":"Cables","partner":true}
		{"kind":"account","key":"GONE","active":false}
		{"kind":"account_relationship","from":"CABLES","to":"PLANT","type":"partner_of","reverse":"customer_of","starts_at":"2026-01-01T00:00:00Z"}
		{"kind":"contact","key":"desk","account":"PLANT","name":"Desk","emails":["desk@example.org","help@example.org"],"phones":["+49 30 5550100"],"accounts":[{"account":"HOLDING","relation":"deputy","ends_at":"2027-01-01T00:00:00Z"}]}
		{"kind":"consumer","key":"tenant","name":"Tenant","email":"tenant@example.org","language":"de"}
		{"kind":"consumer","key":"flatmate"}
		{"kind":"household","key":"mill-lane","name":"Mill Lane","members":[{"consumer":"tenant","head":true},{"consumer":"flatmate","starts_at":"2026-02-01T00:00:00Z"}]}
		{"kind":"product","key":"line","name":"Line"}
		{"kind":"product","key":"line-fast","parent":"line","model":"F","version":"2"}
		{"kind":"sold_product","key":"sold-1","product":"line-fast","account":"PLANT","starts_at":"2026-01-01T00:00:00Z"}
		{"kind":"sold_product","key":"sold-1-a","parent":"sold-1","consumer":"tenant"}
		{"kind":"location","key":"town","city":"Town","country":"DE"}
		{"kind":"location","key":"hall-2","parent":"town","account":"PLANT","address":"Works Road 1"}
		{"kind":"ci","key":"rack/7","name":"Rack","class":"host","criticality":"high"}
		{"kind":"ci","key":"mail 100%","class":"business_service","criticality":1}
		{"kind":"ci_relation","from":"mail 100%","to":"rack/7","type":"runs_on","strength":0.75,"note":"since the move"}
		{"kind":"asset","key":"A-1","name":"Line of hall 2","product":"line-fast","sold_product":"sold-1","account":"PLANT","location":"hall-2","ci":"rack/7","serial":"S1","lifecycle":"in_use","contacts":[{"contact":"desk"}]}
		{"kind":"contract","key":"C-25","account":"HOLDING","state":"expired","ends_at":"2026-01-01T00:00:00Z"}
		{"kind":"contract","key":"C-26","account":"HOLDING","renewed_from":"C-25","starts_at":"2026-01-01T00:00:00Z"}
		{"kind":"contract_line","key":"C-26-1","contract":"C-26","product":"line","asset":"A-1"}
		{"kind":"entitlement","key":"E-25","account":"HOLDING","units":12,"used":12}
		{"kind":"entitlement","key":"E-26","account":"HOLDING","contract":"C-26","contract_line":"C-26-1","channel":"email","level":"gold","units":12,"renewed_from":"E-25"}
		{"kind":"agent","key":"noc-1","name":"One","groups":["noc"],"skills":{"bgp":3},"capacity":8,"presence":"available"}
		{"kind":"article","key":"K-1","title":"No light","body":"Look at the lamp.\n\nIs it off?","product":"line"}
	END
}

load_world() {
	crm-put -q <world >loaded
}

# journal SUBJECT: its events, a line each.
journal() {
	sqlite3 "$CASEWORK_STORE" "SELECT body FROM event WHERE subject = '$1' ORDER BY seq"
}

# revision: how often what impact is made of has changed.
revision() {
	sqlite3 "$CASEWORK_STORE" "SELECT coalesce(max(revision), 0) FROM ci_revision"
}

# elsewhere COMMAND...: on an empty store of its own, whose records go to the file out.
elsewhere() {
	rm -rf "$PWD/elsewhere"
	(
		make_store "$PWD/elsewhere"
		"$@" >elsewhere.put && crm-get --all
	) >out
}

# rejected CODE POINTER MESSAGE RECORD: alone in its stream.
rejected() {
	rm -f rejects
	printf '%s\n' "$4" >record
	expect_status 65 crm-put -q -r rejects <record || return
	shows '[.error.code, .error.pointer]' "[\"$1\",\"$2\"]" rejects || return
	tells "$3"
}

@test "every kind is read, and printed as it can be read again" {
	expect_status 0 crm-put -q <world
	[ "$(wc -l <out)" -eq "$(wc -l <world)" ]
	crm-get --all >all
	[ "$(jq -r .kind all | uniq | wc -l)" -eq 16 ]
	[ "$(jq -r .kind all | sort -u | wc -l)" -eq 16 ]
	diff <(jq -cS 'del(.seq)' all | sort) <(jq -cS 'del(.seq)' out | sort)
	expect_status 0 crm-put -q <all
	[ "$(jq -c 'select(.unchanged == true)' out | wc -l)" -eq "$(wc -l <world)" ]
}

@test "what is printed makes the same records in an empty store, in any order" {
	local seed
	load_world
	crm-get --all >all
	elsewhere crm-put -q <all
	cmp all out
	tac all >reverse
	elsewhere crm-put -q <reverse
	cmp all out
	for seed in 1 2 3; do
		shuf --random-source=<(yes $seed) all >shuffled
		elsewhere crm-put -q <shuffled
		cmp all out
	done
}

@test "the key of a relation is made of what it relates" {
	load_world
	shows '.key' '"mail 100%25/runs_on/rack%2F7"' <(grep '"ci_relation"' loaded)
	expect_status 0 crm-put -q <<<'{"kind":"ci_relation","from":"mail 100%","to":"rack/7","type":"runs_on","strength":0.5}'
	shows '[.seq, .strength]' '[2,0.5]'
	expect_status 0 crm-put -q <<<'{"kind":"ci_relation","key":"mail 100%25/runs_on/rack%2F7","strength":1}'
	shows '[.seq, .strength, .from]' '[3,1,"mail 100%"]'
	rejected invalid /key 'expected "mail 100%25/runs_on/rack%2F7", got "mine"' \
		'{"kind":"ci_relation","key":"mine","from":"mail 100%","to":"rack/7","type":"runs_on"}'
	rejected invalid /key 'expected "mail 100%25/hosted_on/rack%2F7"' \
		'{"kind":"ci_relation","key":"mail 100%25/runs_on/rack%2F7","type":"hosted_on"}'
	rejected required /to required '{"kind":"ci_relation","from":"rack/7","type":"runs_on"}'
}

@test "a bad record is rejected with the place and the reason, and the rest is loaded" {
	load_world
	rejected cycle /parent "HOLDING would be above itself" '{"kind":"account","key":"HOLDING","parent":"PLANT"}'
	rejected cycle /parent "NEW would be above itself" '{"kind":"account","key":"NEW","parent":"NEW"}'
	rejected cycle /renewed_from "C-25 would be above itself" '{"kind":"contract","key":"C-25","renewed_from":"C-26"}'
	rejected cycle /renewed_from "E-25 would be above itself" '{"kind":"entitlement","key":"E-25","renewed_from":"E-26"}'
	rejected cycle /to "cannot be related to itself" '{"kind":"ci_relation","from":"rack/7","to":"rack/7","type":"runs_on"}'
	rejected cycle /to "cannot be related to itself" '{"kind":"account_relationship","from":"PLANT","to":"PLANT","type":"partner_of"}'
	rejected invalid /ends_at "ends before it starts" \
		'{"kind":"entitlement","key":"E","starts_at":"2026-02-01T00:00:00Z","ends_at":"2026-01-01T00:00:00Z"}'
	rejected invalid /members/0/ends_at "ends before it starts" \
		'{"kind":"household","key":"H","members":[{"consumer":"tenant","starts_at":"2026-02-01T00:00:00Z","ends_at":"2026-01-01T00:00:00Z"}]}'
	rejected invalid /phone 'expected a phone number with its country code, such as +4930555010, got "call me"' \
		'{"kind":"contact","key":"x","phone":"call me"}'
	rejected invalid /phones/1 "expected a phone number" '{"kind":"consumer","key":"x","phones":["+49305550100","5550100"]}'
	rejected unknown_member /accounts/0/acount "unknown member" '{"kind":"contact","key":"x","accounts":[{"acount":"PLANT"}]}'
	rejected unknown_reference /accounts/1/account 'there is no account "NOBODY"' \
		'{"kind":"contact","key":"x","accounts":[{"account":"PLANT"},{"account":"NOBODY"}]}'
	rejected unknown_reference /sold_product 'there is no sold_product "S"' '{"kind":"asset","key":"x","sold_product":"S"}'
	rejected invalid /kind 'there is no kind "planet"' '{"kind":"planet","key":"x"}'
	rejected required /kind required '{"key":"x"}'
	[ "$(count event)" -eq "$((1 + $(wc -l <world)))" ]
	printf '%s\n' '{"kind":"consumer","key":"before"}' '{"kind":"consumer","key":"x","phone":"none"}' '{"kind":"consumer","key":"after"}' >mixed
	expect_status 65 crm-put <mixed
	[ "$(jq -r .key out | paste -sd ' ')" = "before after" ]
	tells "crm-put: line 2: /phone: "
	tells "3 read, 2 new, 1 rejected"
}

@test "records of a cycle that are new are told so, what hangs below them misses its parent" {
	expect_status 65 crm-put -q -r rejects <<-'END'
		{"kind":"account","key":"A","parent":"B"}
		{"kind":"product","key":"B","parent":"P"}
		{"kind":"account","key":"BELOW","parent":"A"}
		{"kind":"account","key":"B","parent":"C"}
		{"kind":"account","key":"C","parent":"A"}
		{"kind":"account","key":"ORPHAN","parent":"NOBODY"}
		{"kind":"contract","key":"one","renewed_from":"two"}
		{"kind":"contract","key":"two","renewed_from":"one"}
		{"kind":"account","key":"GOOD"}
		{"kind":"account","key":"BELOW-GOOD","parent":"GOOD"}
	END
	[ "$(jq -r .key out | paste -sd ' ')" = "GOOD BELOW-GOOD" ]
	shows '[.line, .error.code, .error.pointer]' '[1,"cycle","/parent"] [2,"unknown_reference","/parent"]
		[3,"unknown_reference","/parent"] [4,"cycle","/parent"] [5,"cycle","/parent"] [6,"unknown_reference","/parent"]
		[7,"cycle","/renewed_from"] [8,"cycle","/renewed_from"]' rejects
	tells "line 1: /parent: A would be above itself, by way of B"
	tells 'line 3: /parent: there is no account "A"'
}

@test "who is put twice in a stream is no cycle when it can be settled" {
	expect_status 65 crm-put -q -r rejects <<-'END'
		{"kind":"account","key":"A","parent":"B"}
		{"kind":"account","key":"B","parent":"A"}
		{"kind":"account","key":"A","name":"without a parent"}
	END
	shows '[.line, .error.code]' '[1,"cycle"]' rejects
	[ "$(crm-get account | jq -r .key | paste -sd ' ')" = "A B" ]
}

@test "a tree may be of any depth, and so may what is moved below another" {
	jq -nc 'range(100) | {kind: "account", key: "a\(.)"} + (if . > 0 then {parent: "a\(. - 1)"} else {} end),
		{kind: "account", key: "b\(.)"} + (if . > 0 then {parent: "b\(. - 1)"} else {} end)' >deep
	expect_status 0 crm-put -q <deep
	echo '{"kind":"account","key":"b0","parent":"a99"}' | crm-put -q >moved
	crm-get --all | jq -c 'del(.seq)' >all
	fresh_store "$BATS_TEST_TMPDIR/other"
	tac all | crm-put -q >put
	diff all <(crm-get --all | jq -c 'del(.seq)')
}

# chain N: contracts that are each renewed from the one before.
chain() {
	jq -nc --argjson n "$1" 'range($n) | {kind: "contract", key: "c\(.)"} + (if . > 0 then {renewed_from: "c\(. - 1)"} else {} end)'
}

@test "a chain that is longer than a batch makes the same records in any order" {
	chain 3000 >long
	crm-put -q <long >put
	crm-get --all >all
	tac long >reverse
	elsewhere crm-put -q <reverse
	cmp all out
	cmp put elsewhere.put # each is done when the one before it is
	shuf --random-source=<(yes) long >shuffled
	elsewhere crm-put -q <shuffled
	cmp all out
}

@test "a chain that is longer than a batch is deleted in any order" {
	local order
	chain 3000 >long
	for order in cat tac; do
		crm-put -q <long >put
		$order long >named
		expect_status 0 crm-put -q --delete <named
		[ -z "$(crm-get --all)" ]
		[ "$(head -n 1 out)" = '{"kind":"contract","key":"c2999","deleted":true}' ]
	done
	expect_status 0 store-check
}

# tries FILE OPERAND...: a dry run says what the real run does, and leaves the store as it was.
tries() {
	local file=$1
	shift
	sqlite3 "$CASEWORK_STORE" .dump >before.sql
	expect_status 0 crm-put -n "$@" <"$file"
	sqlite3 "$CASEWORK_STORE" .dump | cmp before.sql -
	[ "$(jq -c 'select(.dry_run == true)' out | wc -l)" -eq "$(wc -l <"$file")" ]
	jq -c 'del(.dry_run)' out >dry
	mv err dry.err
	expect_status 0 crm-put "$@" <"$file"
	cmp dry out
	diff <(sed 's/, [0-9.]* s$//' dry.err) <(sed 's/, [0-9.]* s$//' err)
}

@test "a dry run of more than a batch says what the real run does, in any order" {
	chain 3000 >long
	tac long >reverse
	tries reverse
	shuf --random-source=<(yes) long >shuffled
	tries shuffled --delete
	tries long
	tries reverse --delete
}

@test "a dry run of a deletion knows who would be gone" {
	{
		echo '{"kind":"account","key":"A"}'
		jq -nc 'range(1500) | {kind: "contact", key: "c\(.)", account: "A"}'
		jq -nc 'range(3) | {kind: "asset", key: "a\(.)", account: "A", contacts: [{contact: "c\(.)"}]}'
	} >customers
	crm-put -q <customers >put
	tries customers --delete
	crm-put -q <customers >put
	tac customers >reverse
	cat reverse customers >twice
	tries twice --delete
}

@test "a dry run rejects what the real run does" {
	{
		echo '{"kind":"contract","key":"c0","renewed_from":"NONE"}'
		chain 1200 | tail -n +2
		echo '{"kind":"account","key":"A","parent":"B"}'
		echo '{"kind":"account","key":"B","parent":"A"}'
	} >bad
	expect_status 65 crm-put -q -n -r rejects.dry <bad
	nothing_in out
	expect_status 65 crm-put -q -r rejects <bad
	[ "$(wc -l <rejects)" -eq 1202 ]
	diff rejects.dry rejects
}

@test "records of one key are done in the order of the stream, though the first of them waits" {
	{
		echo '{"kind":"contact","key":"desk","account":"LATE","name":"one"}'
		jq -nc 'range(1000) | {kind: "article", key: "k\(.)"}'
		echo '{"kind":"contact","key":"desk","name":"two","language":"de"}'
		echo '{"kind":"account","key":"LATE","parent":"LATER"}'
		echo '{"kind":"contact","key":"desk","name":"three"}'
		echo '{"kind":"account","key":"LATER"}'
	} >mixed
	expect_status 0 crm-put -q <mixed
	[ "$(grep -c '"article"' out)" -eq 1000 ]
	shows '[.key, .name]' '["LATER",null] ["LATE",null] ["desk","one"] ["desk","two"] ["desk","three"]' <(grep -v '"article"' out)
	crm-get contact desk >got
	shows '[.seq, .account, .name, .language]' '[3,"LATE","three","de"]' got
	expect_status 0 store-check
}

@test "a record that waits in vain holds nobody up for good" {
	expect_status 65 crm-put -q -r rejects <<-'END'
		{"kind":"contact","key":"desk","account":"NOBODY"}
		{"kind":"contact","key":"desk","name":"two"}
		{"kind":"asset","key":"A","contacts":[{"contact":"desk"}]}
	END
	[ "$(jq -r .key out | paste -sd ' ')" = "desk A" ]
	shows '[.line, .error.code]' '[1,"unknown_reference"]' rejects
}

@test "a chain of renewals may be long, and leads nowhere back" {
	jq -nc 'range(100) | {kind: "contract", key: "c\(.)"} + (if . > 0 then {renewed_from: "c\(. - 1)"} else {} end)' >long
	expect_status 0 crm-put -q <long
	rejected cycle /renewed_from "c0 would be above itself" '{"kind":"contract","key":"c0","renewed_from":"c99"}'
}

@test "every change is journaled with before and after, and what changes nothing is not" {
	expect_status 0 crm-put -q account <<-'END'
		{"key":"ACME","tier":"gold"}
		{"key":"ACME","tier":"silver","site":"north"}
		{"key":"ACME","tier":"silver"}
		{"key":"ACME","active":false}
		{"key":"ACME","active":true}
	END
	shows '[.seq, .unchanged]' '[1,null] [2,null] [2,true] [3,null] [4,null]'
	journal account/ACME >events
	shows '[.seq, .type, .data]' '[1,"record.created",{"record":{"key":"ACME","tier":"gold","active":true}}]
		[2,"record.updated",{"changes":{"tier":["gold","silver"],"data":[null,{"site":"north"}]}}]
		[3,"record.retired",{"changes":{"active":[true,false]}}]
		[4,"record.updated",{"changes":{"active":[false,true]}}]' events
	expect_status 0 store-check
}

@test "what a record does not name stays, null removes it, and --replace clears it" {
	load_world
	expect_status 0 crm-put -q <<<'{"kind":"contact","key":"desk","language":"en"}'
	shows '[.account, .language, (.accounts | length)]' '["PLANT","en",1]'
	expect_status 0 crm-put -q <<<'{"kind":"contact","key":"desk","accounts":null}'
	shows '[.account, has("accounts")]' '["PLANT",false]'
	expect_status 0 crm-put -q --replace <<<'{"kind":"contact","key":"desk","name":"Desk"}'
	shows 'del(.seq)' '{"kind":"contact","key":"desk","name":"Desk"}'
	expect_status 0 crm-put -q --replace <<<'{"kind":"ci_relation","from":"mail 100%","to":"rack/7","type":"runs_on"}'
	shows '[.seq, has("strength")]' '[2,false]'
}

@test "what is deleted is gone, and its journal stays" {
	load_world
	expect_status 0 crm-put --delete article <<<'"K-1"'
	[ "$(<out)" = '{"kind":"article","key":"K-1","deleted":true}' ]
	tells "1 read, 1 done"
	expect_status 65 crm-get article K-1
	journal article/K-1 >events
	shows '[.seq, .type, .data]' '[1,"record.created",'"$(sed -n 1p events | jq -c .data)"'] [2,"record.deleted",{}]' events
	expect_status 0 crm-put -q --delete <<<'{"kind":"ci_relation","from":"mail 100%","to":"rack/7","type":"runs_on"}'
	shows .key '"mail 100%25/runs_on/rack%2F7"'
	[ "$(count ci_edge)" -eq 0 ]
	expect_status 0 store-check
}

@test "deleting again what is gone is no mistake, deleting what never was is one" {
	load_world
	printf '%s\n' '{"kind":"article","key":"K-1"}' >delete
	expect_status 0 crm-put -q --delete <delete
	expect_status 0 crm-put --delete <delete
	[ "$(<out)" = '{"kind":"article","key":"K-1","deleted":true,"unchanged":true}' ]
	tells "1 read, 1 unchanged"
	[ "$(journal article/K-1 | wc -l)" -eq 2 ]
	expect_status 65 crm-put -q --delete -r rejects <<<'{"kind":"article","key":"K-2"}'
	shows '[.error.code, .error.pointer]' '["not_found","/key"]' rejects
	tells 'there is no article "K-2"'
}

@test "a record that was deleted and comes again goes on in its journal" {
	load_world
	crm-put -q --delete article <<<'"K-1"' >deleted
	expect_status 0 crm-put -q <<<'{"kind":"article","key":"K-1","title":"Again"}'
	shows '[.seq, .title, has("body")]' '[3,"Again",false]'
	journal article/K-1 >events
	shows '.type' '"record.created" "record.deleted" "record.created"' events
	expect_status 0 crm-put -q --delete article <<<'"K-1"'
	expect_status 0 crm-put -q article <<<'{"key":"K-1"}'
	shows .seq 5
	expect_status 0 store-check
}

@test "a record that something refers to is not deleted" {
	load_world
	rm -f rejects
	expect_status 65 crm-put -q --delete -r rejects account <<<'"PLANT"'
	shows '.error.code' '"refused"' rejects
	tells 'account PLANT is referred to by account_relationship/CABLES/partner_of/PLANT: retire it instead ("active": false)'
	expect_status 65 crm-put -q --delete consumer <<<'"flatmate"'
	tells "consumer flatmate is referred to by household/mill-lane"
	expect_status 65 crm-put -q --delete contact <<<'"desk"'
	tells "contact desk is referred to by asset/A-1"
	expect_status 65 crm-put -q --delete contract <<<'"C-25"'
	tells "contract C-25 is referred to by contract/C-26"
	number=$(new_case account=HOLDING "Line down")
	expect_status 65 crm-put -q --delete account <<<'"HOLDING"'
	tells "account HOLDING is referred to by $number"
	[ "$(crm-get --all | wc -l)" -eq "$(wc -l <world)" ]
}

@test "records and those that refer to them may be deleted in any order" {
	local order
	load_world
	crm-get --all >all
	for order in cat tac; do
		$order all >named
		expect_status 0 crm-put -q --delete <named
		[ "$(wc -l <out)" -eq "$(wc -l <world)" ]
		[ -z "$(crm-get --all)" ]
		crm-put -q <world >again
	done
	diff <(jq -c 'del(.seq)' all) <(crm-get --all | jq -c 'del(.seq)')
	expect_status 0 store-check
}

@test "what names no record is rejected by --delete, and --replace excludes it" {
	expect_status 64 crm-put --delete --replace <world
	expect_status 65 crm-put -q --delete <<<'"PLANT"'
	tells "expected an object"
	expect_status 65 crm-put -q --delete account <<<'{}'
	tells "/key: required"
	expect_status 65 crm-put -q --delete account <<<'{"kind":"contact","key":"desk"}'
	tells '/kind: expected "account"'
	expect_status 65 crm-put -q account <<<'"PLANT"'
	tells "expected an object"
	expect_status 65 crm-put -q --delete <<<'{"kind":"ci_relation","key":"x","from":"a","to":"b","type":"c"}'
	tells '/key: expected "a/c/b", got "x"'
}

@test "a dry run deletes nothing" {
	load_world
	expect_status 0 crm-put -q -n --delete article <<<'"K-1"'
	[ "$(<out)" = '{"kind":"article","key":"K-1","deleted":true,"dry_run":true}' ]
	expect_status 0 crm-get article K-1
}

@test "items, relations and assets that change are noted once a transaction" {
	local before
	load_world
	[ "$(revision)" -gt 0 ]
	before=$(revision)
	crm-put -q <world >again
	crm-put -q <<<'{"kind":"contact","key":"desk","name":"Front desk"}' >again
	[ "$(revision)" -eq "$before" ]
	crm-put -q >again <<-'END'
		{"kind":"ci","key":"rack/7","criticality":"low"}
		{"kind":"asset","key":"A-1","ci":null}
	END
	[ "$(revision)" -eq "$((before + 1))" ]
	crm-put -q --delete >again <<<'{"kind":"ci_relation","from":"mail 100%","to":"rack/7","type":"runs_on"}'
	[ "$(revision)" -eq "$((before + 2))" ]
}

@test "crm-get finds records by what is inside of them" {
	load_world
	expect_status 0 crm-get account --where='{"data.site.hall": {"$gte": 2}}'
	shows .key '"PLANT"'
	expect_status 0 crm-get agent --where='{"skills.bgp": {"$gte": 3}}'
	shows .key '"noc-1"'
	expect_status 0 crm-get household --where='{"members.consumer": "tenant"}'
	shows .key '"mill-lane"'
	expect_status 0 crm-get --all --where='{"account": "PLANT"}'
	[ "$(jq -r .key out | paste -sd ' ')" = "desk sold-1 hall-2 A-1" ]
	expect_status 0 crm-get account --where='{"active": false}'
	shows .key '"GONE"'
}

@test "crm-get has columns for every kind" {
	local kind
	load_world
	for kind in $(jq -r .kind world | sort -u); do
		expect_status 0 crm-get "$kind" --format=text
		[ "$(wc -l <out)" -gt 1 ] || { echo "$kind"; return 1; }
		expect_status 0 crm-get "$kind" --format=csv
		[ "$(head -n 1 out | tr -dc , | wc -c)" -gt 2 ] || { echo "$kind"; return 1; }
	done
	expect_status 0 crm-get account --format=text
	[[ "$(head -n 1 out)" == "KEY "*"PARTNER"*"ACTIVE" ]]
	grep -q '^GONE .*false$' out
	expect_status 0 crm-get contract --format=csv
	[ "$(head -n 1 out | tr -d '\r')" = key,account,consumer,name,state,starts_at,ends_at,active ]
	expect_status 0 crm-get --all --format=text
	[ "$(wc -l <out)" -eq "$((1 + $(wc -l <world)))" ]
}

@test "a stream that names one kind takes no other" {
	expect_status 65 crm-put -q account <<<'{"kind":"contact","key":"x"}'
	tells '/kind: expected "account"'
}

@test "objects merge as a patch says, in members known and unknown" {
	echo '{"kind":"agent","key":"maria","skills":{"bgp":3,"dns":1},"desk":{"floor":3,"seat":"a"}}' | crm-put -q >put
	echo '{"kind":"agent","key":"maria","skills":{"bgp":null,"ip":2},"desk":{"seat":null,"wing":"east"}}' | crm-put -q >put
	shows '[.skills, .data]' '[{"dns":1,"ip":2},{"desk":{"floor":3,"wing":"east"}}]' put
	rejected invalid /skills/bgp "expected a level" '{"kind":"agent","key":"maria","skills":{"bgp":"x"}}'
}

@test "what the tools print of a record can be read, and changes nothing" {
	echo '{"kind":"account","key":"A"}' | crm-put -q >one
	crm-put -q <one >two
	expect_status 0 crm-put -q <two
	shows '[.seq, .unchanged, .data]' '[1,true,null]'
}

@test "times in links are printed as all times are, and a new spelling is no change" {
	echo '{"kind":"account","key":"A"}' | crm-put -q >put
	echo '{"kind":"contact","key":"c","accounts":[{"account":"A","starts_at":"2026-01-01T02:00:00+02:00"}]}' | crm-put -q >put
	shows '.accounts' '[{"account":"A","starts_at":"2026-01-01T00:00:00.000000Z"}]' put
	echo '{"kind":"contact","key":"c","accounts":[{"starts_at":"2026-01-01T00:00:00Z","account":"A"}]}' | crm-put -q >put
	shows .unchanged true put
}

#!/usr/bin/env bats
# case-enrich: the context of a case - who asks and by what right, what is like it, what it is part of.

load helper

more_setup_file() {
	crm-put -q <<-'END' >"$HOME/more.json"
		{"kind":"account","key":"MILL","name":"Mill"}
		{"kind":"account","key":"MILL-EAST","name":"Mill East","parent":"MILL"}
		{"kind":"account","key":"DOCK","name":"Dock"}
		{"kind":"account","key":"RESELL","name":"Reseller","partner":true}
		{"kind":"account","key":"CLERK","name":"No partner"}
		{"kind":"account_relationship","from":"RESELL","to":"MILL","type":"reseller_of","reverse":"customer_of","ends_at":"2026-06-01T00:00:00Z"}
		{"kind":"account_relationship","from":"CLERK","to":"MILL","type":"neighbour_of"}
		{"kind":"contact","key":"mill-1","account":"MILL","email":"one@mill.example","phones":["+49 40 555010","+49 40 555011"]}
		{"kind":"contact","key":"mill-2","account":"MILL","email":"two@mill.example","emails":["desk@mill.example"]}
		{"kind":"contact","key":"dock-1","account":"DOCK","email":"one@dock.example","emails":["desk@mill.example"]}
		{"kind":"contact","key":"resell-1","account":"RESELL","email":"one@resell.example"}
		{"kind":"contact","key":"clerk-1","account":"CLERK"}
		{"kind":"contact","key":"friend","account":"DOCK","accounts":[{"account":"MILL","relation":"adviser","starts_at":"2026-01-01T00:00:00Z","ends_at":"2026-04-01T00:00:00Z"}]}
		{"kind":"consumer","key":"ann","name":"Ann","email":"Ann@home.example"}
		{"kind":"consumer","key":"ben","name":"Ben","phone":"+49305550199"}
		{"kind":"consumer","key":"cid","name":"Cid"}
		{"kind":"household","key":"H1","members":[{"consumer":"ann","head":true},{"consumer":"ben","starts_at":"2026-01-01T00:00:00Z"},{"consumer":"cid","ends_at":"2026-01-01T00:00:00Z"}]}
		{"kind":"ci","key":"core","name":"core router","class":"router","criticality":"critical"}
		{"kind":"ci","key":"pop","class":"switch"}
		{"kind":"ci","key":"line-1","class":"line"}
		{"kind":"ci","key":"mail","name":"mail","class":"service","criticality":2}
		{"kind":"ci_relation","from":"line-1","to":"pop","type":"depends_on"}
		{"kind":"ci_relation","from":"pop","to":"core","type":"connected_to"}
		{"kind":"ci_relation","from":"mail","to":"core","type":"runs_on"}
		{"kind":"asset","key":"mill-line","account":"MILL","ci":"line-1","product":"dsl-50"}
		{"kind":"asset","key":"mill-vault","account":"MILL","contacts":[{"contact":"mill-2"}]}
		{"kind":"asset","key":"dock-mail","account":"DOCK","ci":"mail"}
		{"kind":"asset","key":"core-box","account":"DOCK","ci":"core"}
		{"kind":"asset","key":"ben-box","consumer":"ben"}
	END
}

enriched() {
	local number
	number=$(new_case "$@")
	expect_status 0 case-enrich -q "$number"
}

# who JSON OPERAND...: verified, the reason and the right of a case.
who() {
	local want=$1
	shift
	enriched "$@" "Help"
	shows '.context | [.verified, .reason, .on_behalf]' "$want"
}

@test "a contact asks for its own account" {
	who '[true,null,null]' contact=mill-1
	shows .account '"MILL"'
	who '[true,null,null]' contact=mill-1 account=MILL
}

@test "whoever names a foreign account is flagged, and the case goes on" {
	who '[false,"foreign_account",null]' contact=dock-1 account=MILL
	shows '[.account, .progress, .context.account.name, .context.contact.key]' '["MILL","enriched","Mill","dock-1"]'
	who '[false,"foreign_account",null]' contact=mill-1 account=MILL-EAST
	who '[false,"foreign_account",null]' contact=ann account=MILL
}

@test "a related contact may ask while the relation holds" {
	who '[true,null,"related"]' contact=friend account=MILL
	who '[false,"foreign_account",null]' contact=friend account=MILL opened_at=2025-12-31T23:59:59Z
	at 2026-04-01T00:00
	who '[false,"foreign_account",null]' contact=friend account=MILL
}

@test "a partner's contact may ask for the accounts that the partner is related to" {
	who '[true,null,"partner"]' contact=resell-1 account=MILL
	who '[false,"foreign_account",null]' contact=resell-1 account=DOCK
	who '[false,"foreign_account",null]' contact=clerk-1 account=MILL
	at 2026-06-01T00:00
	who '[false,"foreign_account",null]' contact=resell-1 account=MILL
}

@test "a consumer asks for itself, found by key, e-mail or phone" {
	who '[true,null,null]' consumer=ann
	shows '.context.consumer.name' '"Ann"'
	who '[true,null,null]' contact=ann@HOME.example
	shows '[.contact, .consumer, .account, .context.contact.key]' '["ann@HOME.example","ann",null,"ann"]'
	who '[true,null,null]' contact='0049 30 555 0199'
	shows .consumer '"ben"'
}

@test "the head of a household asks for its members, and nobody else does" {
	who '[true,null,"household"]' contact=ann consumer=ben
	shows '.context | [.contact.key, .consumer.key]' '["ann","ben"]'
	who '[false,"foreign_consumer",null]' contact=ben consumer=ann
	who '[false,"foreign_consumer",null]' contact=ann consumer=cid
	who '[false,"foreign_consumer",null]' contact=ann consumer=ben opened_at=2025-12-01T00:00:00Z
	who '[true,null,"household"]' contact=ann consumer=cid opened_at=2025-12-01T00:00:00Z
}

@test "an address of several people is nobody's, unless the account tells them apart" {
	who '[false,"ambiguous_contact",null]' contact=desk@mill.example
	shows '[.contact, .context.problems[0].code]' '["desk@mill.example","ambiguous_reference"]'
	who '[true,null,null]' contact=desk@mill.example account=MILL
	shows .contact '"mill-2"'
}

@test "every address of a contact finds it" {
	enriched contact=+4940555011 "Help"
	shows .contact '"mill-1"'
}

@test "an asset's own contacts are the only ones who may ask for it" {
	who '[true,null,null]' contact=mill-2 asset=mill-vault
	who '[false,"asset_contact",null]' contact=mill-1 asset=mill-vault
}

@test "somebody else's asset is flagged, and its owner is taken only from whoever may ask for it" {
	who '[false,"foreign_asset",null]' contact=dock-1 asset=mill-line
	shows .account '"DOCK"'
	who '[true,null,"partner"]' contact=resell-1 asset=mill-line
	shows .account '"MILL"'
	who '[false,"foreign_asset",null]' contact=mill-1 asset=ben-box
	who '[true,null,"household"]' contact=ann asset=ben-box
}

@test "a stranger who names an asset is not given its owner" {
	who '[false,"unknown_contact",null]' contact=stranger@x.example asset=mill-line
	shows '[.account, .context.entitled]' '[null,false]'
	echo '{"kind":"contact","key":"free"}' | crm-put -q >put
	who '[false,"foreign_asset",null]' contact=free asset=mill-line
	shows .account null
}

@test "a partner's contact asks for whoever uses the partner's own asset, and for no other consumer" {
	who '[false,"foreign_consumer",null]' contact=resell-1 consumer=ann
	echo '{"kind":"asset","key":"lent","account":"RESELL","consumer":"ann"}' | crm-put -q >put
	who '[true,null,"partner"]' contact=resell-1 consumer=ann asset=lent
}

@test "an address that many share is told apart by the account all the same" {
	jq -nc 'range(20) | {kind: "contact", key: "a\(.)", account: "DOCK", email: "all@shared.example"}' | crm-put -q >put
	echo '{"kind":"contact","key":"zed","account":"MILL","email":"all@shared.example"}' | crm-put -q >>put
	who '[true,null,null]' contact=all@shared.example account=MILL
	shows .contact '"zed"'
}

@test "nobody, somebody unknown and somebody retired are not verified" {
	who '[false,"no_contact",null]' account=MILL
	who '[false,"unknown_contact",null]' contact=ghost
	who '[false,"unknown_consumer",null]' consumer=ghost
	echo '{"kind":"contact","key":"mill-1","active":false}' | crm-put -q >retired
	who '[false,"retired_contact",null]' contact=mill-1
	who '[false,"unknown_contact",null]' contact=one@mill.example
}

@test "the context has a version and a time, and enriching again journals only what changed" {
	enriched contact=mill-1 asset=mill-line "Slow"
	shows '.context | [.version, .at]' '[1,"2026-03-02T09:00:00.000000Z"]'
	at 10:00
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.unchanged, .context.version, .context.at]' '[true,1,"2026-03-02T09:00:00.000000Z"]'
	echo '{"kind":"account","key":"MILL","tier":"gold"}' | crm-put -q >put
	expect_status 0 case-enrich -q --again CS0001001
	shows '.context | [.version, .at, .account.tier, .asset.key]' '[2,"2026-03-02T10:00:00.000000Z","gold","mill-line"]'
	events CS0001001 case.enriched | tail -n 1 >event
	shows '.data.context | keys' '["account","at","version"]' event
	store-check
}

@test "what is gone from the context is journaled as gone" {
	enriched contact=ghost "Help"
	at 10:00
	echo '{"kind":"contact","key":"ghost","account":"MILL"}' | crm-put -q >put
	expect_status 0 case-enrich -q --again CS0001001
	shows '.context | [.verified, .reason, .problems]' '[true,null,null]'
	events CS0001001 case.enriched | tail -n 1 >event
	shows '.data.context | [has("problems"), .problems, .reason]' '[true,null,null]' event
	store-check
}

@test "history tells how many were reopened and how long the resolved ones took" {
	local first
	first=$(intake contact=mill-1 "First")
	at 2026-03-03T21:00
	case-resolve -q --code=solved --notes=done --cancel-open --reason=test "$first" >resolved
	at 2026-03-04T09:00
	enriched contact=mill-1 "Second"
	shows .context.history.contact '{"active":0,"recent":1,"reopened":0,"average_days":1.5}'
	case-update -q --reopen "$first" >reopened
	enriched contact=mill-1 "Third"
	shows '.context.history | [.contact, .account] | map(del(.recent))' '[{"active":2,"reopened":1},{"active":2,"reopened":1}]'
}

@test "the last three cases like this one are those of the same asset or category" {
	local i
	for i in 1 2 3 4; do new_case contact=mill-1 category=billing "Bill $i"; done >numbers
	new_case contact=dock-1 asset=mill-line category=billing "Both" >>numbers
	new_case contact=dock-1 category=network "Other" >>numbers
	enriched contact=mill-1 asset=mill-line category=billing "Mine"
	shows '[.context.similar[] | [.number, .same]]' '[["CS0001005","asset"],["CS0001004","category"],["CS0001003","category"]]'
	enriched contact=mill-1 category=unheard-of "None"
	shows .context.similar null
}

@test "an open major case on an item that is touched becomes the parent" {
	new_case contact=dock-1 asset=core-box major=true "Core is down" >number
	enriched contact=mill-1 asset=mill-line "Line down"
	shows .parent '"CS0001001"'
	case-update -q --cancel --reason=over CS0001001 >cancelled
	enriched contact=mill-1 asset=mill-line "Line down again"
	shows .parent null
	expect_status 0 case-enrich -q --again CS0001002
	shows '[.parent, .unchanged]' '["CS0001001",true]'
}

@test "a major case becomes the parent of those after it in the same batch" {
	case-intake -q >out <<-'END'
		{"source":"t","external_id":"1","contact":"mill-1","asset":"mill-line","short_description":"Before"}
		{"source":"t","external_id":"2","contact":"dock-1","asset":"core-box","short_description":"Core is down","major":true}
		{"source":"t","external_id":"3","contact":"mill-1","asset":"mill-line","short_description":"After"}
	END
	[ "$(jq -sc 'map(.parent)' out)" = '[null,null,"CS0001002"]' ]
}

@test "a major case that was opened later is found when the case is enriched again" {
	enriched contact=mill-1 asset=mill-line "Line down"
	new_case contact=dock-1 asset=core-box major=true "Core is down" >number
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.parent, .changes.parent]' '["CS0001002",[null,"CS0001002"]]'
	expect_status 0 case-enrich -q CS0001002
	shows .parent null
}

@test "what the asset touches is told, nearest or most critical first, and conditions read it" {
	enriched contact=mill-1 asset=mill-line "Line down"
	shows '[.context.upstream[] | [.key, .distance, .customers]]' '[["pop",1,2],["core",2,2]]'
	shows .context.services null
	enriched contact=dock-1 asset=core-box "Core is down"
	shows '.context.services' '[{"key":"mail","name":"mail","criticality":"high","customers":1,"distance":1}]'
	shows '[.context.upstream[].key]' '["pop"]'
	expect_status 0 case-list -q --where='{"services.criticality":"high"}' --format=json
	shows .number '"CS0001002"'
}

@test "cases on one item share what it touches, and each keeps what was true for it" {
	local lists
	enriched contact=mill-1 asset=mill-line "Line down"
	jq -c .context.upstream out >first
	enriched contact=mill-2 asset=mill-line "Line down, too"
	jq -c .context.upstream out | diff first -
	lists=$(sqlite3 "$CASEWORK_STORE" 'SELECT count(*), length(min(hex(digest))) FROM impact_list')
	[ "$lists" = '1|64' ]
	events CS0001001 case.enriched >event
	shows '.data.context | [has("upstream"), (.impact | keys), (.impact.digest | length)]' '[false,["digest"],64]' event
	at 10:00
	echo '{"kind":"ci_relation","from":"line-1","to":"mail","type":"depends_on"}' | crm-put -q >put
	expect_status 0 case-enrich -q --again CS0001002
	shows '[.context.upstream[].key] | sort' '["core","mail","pop"]'
	events CS0001002 case.enriched | tail -n 1 >event
	shows '.data.context | keys' '["at","impact","version"]' event
	case-get -q CS0001001 | jq -c .context.upstream | diff first -
	case-update -q CS0001001 impact=1 | jq -c .context.upstream | diff first -
	store-check
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.context.upstream[].key] | sort' '["core","mail","pop"]'
	[ "$(sqlite3 "$CASEWORK_STORE" 'SELECT count(*) FROM impact_list')" = 2 ]
	echo '{"kind":"asset","key":"mill-line","ci":null}' | crm-put -q >put
	expect_status 0 case-enrich -q --again CS0001001
	shows '.context | [.upstream, .services]' '[null,null]'
	events CS0001001 case.enriched | tail -n 1 >event
	shows '.data.context | [has("impact"), .impact]' '[true,null]' event
	store-check
}

# tampered SQL TEXT: on a copy of the sound store, store-check tells TEXT of it.
tampered() {
	cp sound.db "$CASEWORK_STORE"
	sqlite3 "$CASEWORK_STORE" "$1"
	expect_status 65 store-check
	tells "$2" out
}

@test "lists that were tampered with, lost or exchanged are found" {
	enriched contact=mill-1 asset=mill-line "Line down"
	enriched contact=dock-1 asset=dock-mail "Mail down"
	store-check
	cp "$CASEWORK_STORE" sound.db
	tampered "UPDATE impact_list SET body = replace(body, '\"distance\":2', '\"distance\":3')" "the impact list kept under this digest does not have it"
	tampered "UPDATE case_context SET impact_list = (SELECT impact_list FROM case_context WHERE case_id = 1002) WHERE case_id = 1001" "context is "
	tampered "UPDATE case_context SET impact_list = NULL WHERE case_id = 1001" "context is "
	tampered "UPDATE case_context SET context = substr(context, 1, length(context) - 1) || ']' WHERE case_id = 1001" "context is "
	tampered "DELETE FROM impact_list WHERE digest = (SELECT impact_list FROM case_context WHERE case_id = 1001)" '"subject":"CS0001001","message":"its context refers to an impact list that is not there"'
	tells "row 1001 of case_context refers to a missing row of impact_list" out
	expect_status 0 case-get -q CS0001001
	shows '.context | [.verified, has("upstream")]' '[true,false]'
}

@test "--explain tells of every candidate why it lost, also afterwards" {
	crm-put -q entitlement <<-'END' >put
		{"key":"best","account":"MILL","product":"dsl-50","level":"gold","ends_at":"2027-01-01T00:00:00Z"}
		{"key":"worse","account":"MILL","level":"silver"}
		{"key":"ended","account":"MILL","ends_at":"2026-01-01T00:00:00Z"}
		{"key":"by-phone","account":"MILL","channel":"phone","state":"suspended"}
	END
	new_case contact=mill-1 asset=mill-line channel=web "Slow" >number
	expect_status 0 case-enrich -q --explain CS0001001
	shows '.explain.requester' '{"kind":"contact","key":"mill-1","account":"MILL","verified":true}'
	shows '.explain.entitlements | sort_by(.key) | map([.key, .score, .chosen, .lost_by, .failed])' \
		'[["best",3,true,null,null],["by-phone",1,null,null,["suspended","channel"]],["ended",1,null,null,["ended"]],["worse",1,null,"score",null]]'
	expect_status 0 case-enrich -q --explain CS0001001
	shows '[.unchanged, (.explain.entitlements | map(.key) | sort)]' '[true,["best","by-phone","ended","worse"]]'
	expect_status 0 case-enrich -q CS0001001
	shows .explain null
}

@test "an entitlement of a parent account covers its children, the nearest first" {
	crm-put -q entitlement <<-'END' >put
		{"key":"group","account":"MILL","level":"gold"}
	END
	enriched account=MILL-EAST "Help"
	shows .entitlement '"group"'
	echo '{"key":"own","account":"MILL-EAST","level":"bronze"}' | crm-put -q entitlement >put
	enriched account=MILL-EAST "Help"
	shows .entitlement '"own"'
}

@test "a foreign contract, and what was retired, are told" {
	crm-put -q <<-'END' >put
		{"kind":"contract","key":"K-DOCK","account":"DOCK"}
		{"kind":"asset","key":"mill-line","active":false}
	END
	who '[false,"foreign_contract",null]' contact=mill-1 contract=K-DOCK
	enriched contact=mill-1 asset=mill-line "Help"
	shows '.context.problems' '[{"pointer":"/asset","code":"retired_reference"}]'
	echo '{"kind":"account","key":"MILL","active":false}' | crm-put -q >put
	who '[false,"retired_account",null]' contact=mill-1
}

@test "what is too large for a context is left out of it, and the case goes on" {
	jq -nc '{kind: "account", key: "MILL", notes: ("x" * 300000), tier: "gold"}' | crm-put -q >put
	enriched contact=mill-1 "Help"
	shows '.context | [.cut, .account.tier, .account.data, .verified]' '[true,"gold",null,true]'
	store-check
}

@test "cases opened after this one are not recent before it" {
	new_case contact=mill-1 "Today" >number
	enriched contact=mill-1 opened_at=2020-01-01T00:00:00Z "Long ago"
	shows '.context.history.contact | [.active, .recent]' '[1,0]'
}

@test "a case cannot come to stand above itself" {
	new_case "One" >number
	new_case parent=CS0001001 "Two" >>number
	expect_status 65 case-update -q CS0001001 parent=CS0001002
	tells 'CS0001001 would be above itself'
}

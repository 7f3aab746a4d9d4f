# Maps the objects of a configuration database to records for crm-put: jq -s -c -f tests/cmdb.jq FILE...
#
# Two shapes are understood: {class, id, ...} with links by *_id and lnk* classes (iTop), and {kind: "ci"|"rel", ...}.
# Keys are CLASS-ID, since ids are unique only within a family of classes and names not at all. Left out are brands and
# other catalogues of types, teams, and what service levels are made of.

# Classes whose objects run, are run on, or are made of those: the family that *_id members and links refer to as one.
def running: ["ApplicationSolution", "BusinessProcess", "DBServer", "DatabaseSchema", "Enclosure", "Farm", "Hypervisor",
	"Middleware", "MiddlewareInstance", "NetworkDevice", "OtherSoftware", "PCSoftware", "PowerSource", "PDU", "Rack",
	"SANSwitch", "Server", "StorageSystem", "VirtualMachine", "WebApplication", "WebServer"];

# member: [type of the relation, does the object need what it names? (else it is needed by it)].
def needs: {
	"system_id": ["runs_on", true], "server_id": ["runs_on", true], "virtualhost_id": ["hosted_on", true],
	"dbserver_id": ["hosted_on", true], "webserver_id": ["hosted_on", true], "middleware_id": ["hosted_on", true],
	"rack_id": ["hosted_on", true], "enclosure_id": ["hosted_on", true],
	"powerA_id": ["depends_on", true], "powerB_id": ["depends_on", true],
	"farm_id": ["depends_on", false]};

def key($class; $id): "\($class)-\($id)";
def given($id): $id != null and "\($id)" != "0" and "\($id)" != "";
def reference($class; $id): if given($id) then key($class; $id) else null end;
def present: with_entries(select(.value != null and .value != ""));
def relation($from; $type; $to): select($from != null and $to != null) | {kind: "ci_relation", from: $from, to: $to, type: $type};

def item($key): {kind: "ci", key: $key, name, class, criticality: .business_criticity, account: reference("Organization"; .org_id),
	status, serial: .serialnumber};

# $at: the key of each running thing by its id, of two with one id the first.
def records($at):
	. as $o | .class as $class | key(.class; .id) as $key |
	if $class == "Organization" then {kind: "account", key: $key, name, parent: reference("Organization"; .parent_id), code}
	elif $class == "Person" then {kind: "contact", key: $key, account: reference("Organization"; .org_id),
		name: "\(.first_name) \(.name)", email, phone, location: reference("Location"; .location_id)}
	elif $class == "Location" then {kind: "location", key: $key, name, account: reference("Organization"; .org_id), address,
		city, country, postal_code}
	elif running | any(. == $class) then
		item($key),
		(needs | to_entries[] | $at[$o[.key] | tostring] as $other |
			if .value[1] then relation($key; .value[0]; $other) else relation($other; .value[0]; $key) end)
	elif $class == "lnkApplicationSolutionToFunctionalCI" then
		relation($at[.applicationsolution_id]; "depends_on"; $at[.functionalci_id])
	elif $class == "lnkConnectableCIToNetworkDevice" then
		relation($at[.connectableci_id]; "connected_to"; $at[.networkdevice_id])
	elif $class == "lnkFunctionalCIToService" then relation(key("Service"; .service_id); "depends_on"; $at[.functionalci_id])
	elif $class == "ServiceFamily" then {kind: "product", key: $key, name}
	elif $class == "Service" then
		item($key),
		{kind: "product", key: $key, name, parent: reference("ServiceFamily"; .servicefamily_id), description}
	elif $class == "ServiceSubcategory" then
		{kind: "product", key: $key, name, parent: reference("Service"; .service_id), description}
	elif $class == "CustomerContract" then {kind: "contract", key: $key, name, account: reference("Organization"; .org_id)}
	elif $class == "lnkCustomerContractToService" then {kind: "contract_line", key: $key,
		contract: key("CustomerContract"; .customercontract_id), product: reference("Service"; .service_id),
		sla: reference("SLA"; .sla_id)}
	elif .kind == "ci" then {kind: "ci", key: .id, name: .id, class}
	elif .kind == "rel" then relation(.from; .type; .to)
	else empty end
	| present;

(running as $running | [.[] | select(.class as $c | $running | any(. == $c))] | reverse
	| map({key: "\(.id)", value: key(.class; .id)}) | from_entries) as $at
| map(records($at))
# What a relation names and nothing describes is an item of which no more is known.
| ([.[] | select(.kind == "ci_relation") | .from, .to] - [.[] | select(.kind == "ci") | .key] | unique) as $unknown
| .[], ($unknown[] | {kind: "ci", key: ., name: .})

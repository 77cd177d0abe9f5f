//! What other programs call our fields: headings as they stand in exports of ServiceNow, Flexera, Snow, SCCM, Intune, Lansweeper
//! and in people's own spreadsheets. A table and how a heading is compared with it; what follows from that is others' business.

use super::fields::fields;
use crate::model::words::ExtractKind;

/// Headings of one extract, field by field; the likeliest first. In lower case, American spelling, single spaces.
type Table = &'static [(&'static str, &'static [&'static str])];

/// What holds in every extract that has the field, unless the extract's own table says otherwise.
const COMMON: Table = &[
    (
        "asset_id",
        &[
            "asset id",
            "computer name",
            "device name",
            "machine name",
            "hostname",
            "host name",
            "computer",
            "device",
            "machine",
            "host",
            "workstation",
            "asset tag",
            "asset name",
            "asset",
            "installed on",
            "ci name",
            "configuration item",
            "managed device name",
            "netbios name",
            "system name",
            "server name",
            "fqdn",
            "pc name",
            "pc",
            "endpoint",
            "device id",
            "computer id",
            "machine id",
            "server",
            "client",
        ],
    ),
    (
        "user_id",
        &[
            "user id",
            "username",
            "user name",
            "user principal name",
            "upn",
            "login",
            "login name",
            "logon name",
            "account name",
            "sam account name",
            "user",
            "primary user",
            "primary user upn",
            "assigned to",
            "assigned user",
            "used by",
            "allocated to",
            "last logged on user",
            "last user",
            "top console user",
            "custodian",
            "employee id",
            "employee",
            "account",
            "email",
            "email address",
            "mail",
            "owner",
        ],
    ),
    (
        "product_id",
        &[
            "product id",
            "product code",
            "software product",
            "software title",
            "product name",
            "product",
            "software name",
            "software",
            "application name",
            "application",
            "app name",
            "title",
            "licensed product",
            "software model",
            "discovered product",
            "normalized product",
            "display name",
            "sku",
            "part number",
            "product sku",
            "license name",
        ],
    ),
    (
        "consumption_id",
        &[
            "consumption id",
            "installation id",
            "install id",
            "usage id",
            "detection id",
            "record id",
            "row id",
            "unique id",
            "sys id",
            "id",
        ],
    ),
    (
        "license_id",
        &[
            "license id",
            "license number",
            "license no",
            "entitlement id",
            "entitlement number",
            "entitlement no",
            "entitlement",
            "license reference",
            "license",
            "purchase id",
            "purchase line",
            "order line",
            "record id",
            "unique id",
            "sys id",
            "id",
            "reference",
            "license key",
            "serial number",
            "serial",
            "po number",
            "purchase order",
            "order number",
        ],
    ),
    (
        "metric",
        &[
            "metric",
            "license metric",
            "licensing metric",
            "metric group",
            "metric name",
            "license model",
            "licensing model",
            "unit of measure",
            "uom",
            "license unit",
            "license type",
            "allocation type",
        ],
    ),
    (
        "seats",
        &[
            "seats",
            "entitlement qty",
            "entitlement quantity",
            "purchase qty",
            "purchase quantity",
            "purchased quantity",
            "quantity purchased",
            "purchased rights",
            "active rights",
            "license rights",
            "rights",
            "license count",
            "license quantity",
            "license qty",
            "licensed quantity",
            "number of licenses",
            "entitled",
            "entitlements",
            "total seats",
            "no of seats",
            "purchased",
            "owned",
            "quantity",
            "qty",
            "units",
            "licenses",
            "count",
        ],
    ),
    ("license_type", &["license type", "agreement type", "purchase type", "license category", "license class", "term type", "type"]),
    (
        "status",
        &[
            "status",
            "state",
            "life cycle stage",
            "lifecycle stage",
            "lifecycle",
            "license status",
            "asset status",
            "install status",
            "operational status",
            "stage",
        ],
    ),
    (
        "starts_on",
        &[
            "start date",
            "starts on",
            "starts",
            "valid from",
            "effective date",
            "term start",
            "license start",
            "subscription start",
            "contract start",
            "purchase date",
            "date purchased",
            "purchased on",
            "begin date",
            "activation date",
            "order date",
            "start",
            "from",
        ],
    ),
    (
        "ends_on",
        &[
            "end date",
            "ends on",
            "license expiry",
            "license expiration date",
            "expiry date",
            "expiration date",
            "expires on",
            "expires",
            "expiry",
            "expiration",
            "valid to",
            "valid until",
            "term end",
            "license end",
            "subscription end",
            "contract end",
            "end",
            "to",
            "until",
        ],
    ),
    ("retired_on", &["retired on", "retirement date", "date retired", "retired date"]),
    ("grace_days", &["grace days", "grace period", "grace"]),
    (
        "renews_on",
        &[
            "renewal date",
            "renews on",
            "next renewal",
            "renewal",
            "support end",
            "support end date",
            "support expiry",
            "maintenance end",
            "maintenance end date",
            "maintenance expiry",
            "maintenance expiration date",
        ],
    ),
    (
        "unit_cost",
        &[
            "unit cost",
            "unit price",
            "price each",
            "cost per unit",
            "cost per license",
            "price per unit",
            "net unit price",
            "price",
            "cost",
        ],
    ),
    ("unit_price", &["unit price", "list price", "price", "unit cost", "price each"]),
    ("currency", &["currency", "currency code", "cur"]),
    (
        "contract_id",
        &[
            "contract id",
            "contract",
            "contract number",
            "agreement",
            "agreement number",
            "enrollment",
            "po number",
            "purchase order",
            "po",
            "order number",
        ],
    ),
    ("vendor", &["vendor", "supplier", "reseller", "publisher", "manufacturer", "seller"]),
    ("responsible", &["responsible", "license owner", "owner", "license manager", "managed by", "contact", "manager"]),
    (
        "department",
        &["department", "dept", "department name", "business unit", "division", "org unit", "organizational unit", "organization", "team"],
    ),
    ("location", &["location", "site", "location name", "site name", "office", "branch", "city", "building", "country"]),
    ("cost_center", &["cost center", "cost center code", "cost center name", "cost code", "costcenter"]),
    (
        "cores",
        &[
            "cores",
            "cpu cores",
            "core count",
            "cpu core count",
            "number of cores",
            "total cores",
            "physical cores",
            "processor cores",
            "num cores",
        ],
    ),
    (
        "processors",
        &["processors", "processor count", "cpu count", "cpus", "number of processors", "physical processors", "sockets", "cpu sockets"],
    ),
    ("quantity", &["quantity", "qty", "install count", "installs", "instances", "number of installs", "count"]),
    (
        "started_on",
        &[
            "started on",
            "installed on",
            "install date",
            "installation date",
            "date installed",
            "installed",
            "first seen",
            "first discovered",
            "first detected",
            "assigned date",
            "activation date",
            "discovery date",
            "start date",
            "created on",
        ],
    ),
    (
        "ended_on",
        &["ended on", "uninstalled on", "uninstall date", "removed on", "removal date", "date removed", "unassigned date", "end date"],
    ),
    (
        "last_used_on",
        &[
            "last used on",
            "last used",
            "last use",
            "last usage",
            "last usage date",
            "last used date",
            "last run",
            "last launched",
            "last active",
            "last activity",
            "last accessed",
            "last opened",
        ],
    ),
    ("exempt_reason", &["exempt reason", "exemption reason", "exemption", "exempt"]),
    (
        "disposed_on",
        &["disposed on", "disposal date", "date disposed", "date disposed of", "retired date", "decommissioned on", "retirement date"],
    ),
    ("name", &["name", "full name", "display name", "user display name", "description", "title"]),
    ("publisher", &["publisher", "software publisher", "manufacturer", "vendor"]),
    ("active", &["active", "enabled", "account enabled", "is active", "account status", "employment status", "status"]),
    ("left_on", &["left on", "leaving date", "leave date", "termination date", "last working day", "end date"]),
    (
        "last_login_on",
        &["last login on", "last login", "last logon", "last logon date", "last sign in", "last signin", "last sign in date", "last seen"],
    ),
    ("roles", &["roles", "role"]),
    ("groups", &["groups", "group membership", "member of", "security groups"]),
    ("class", &["class", "classification", "license class", "product class"]),
    ("previous_product_id", &["previous product id", "previous version", "previous product", "upgrade from", "predecessor"]),
    ("min_units", &["min units", "minimum units", "minimum cores", "minimum"]),
    ("devices_per_user", &["devices per user"]),
    ("downgrade", &["downgrade", "downgrade rights", "downgrade rule"]),
    ("scope", &["scope"]),
    ("tree", &["tree", "hierarchy", "dimension"]),
    ("node", &["node", "unit", "name", "code"]),
    ("parent", &["parent", "parent name", "parent code", "parent node", "reports to"]),
    ("assigned_on", &["assigned on", "assigned date", "date assigned", "allocated on", "allocation date", "assigned"]),
    ("reason", &["reason", "comment", "comments", "notes", "note"]),
    ("reservation_id", &["reservation id", "reservation", "id"]),
    ("dimension", &["dimension", "reserved for", "type"]),
    ("value", &["value", "reserved value"]),
    ("bundle_product_id", &["bundle product id", "bundle", "suite", "parent product"]),
    ("component_product_id", &["component product id", "component", "member", "child product"]),
    ("points", &["points", "score", "weight"]),
    ("forbid", &["forbid", "forbidden", "banned", "deny"]),
];

/// Where an extract means something else by a heading.
const OWN: &[(ExtractKind, Table)] = &[
    (
        ExtractKind::Products,
        &[
            (
                "product_id",
                &[
                    "product id",
                    "product code",
                    "sku",
                    "part number",
                    "product sku",
                    "id",
                    "software product",
                    "product",
                    "product name",
                    "software title",
                    "title",
                ],
            ),
            ("name", &["name", "product name", "software title", "title", "description", "display name"]),
        ],
    ),
    (
        ExtractKind::Assets,
        &[(
            "asset_id",
            &[
                "asset id",
                "computer name",
                "device name",
                "machine name",
                "hostname",
                "host name",
                "computer",
                "device",
                "machine",
                "host",
                "asset name",
                "ci name",
                "managed device name",
                "netbios name",
                "system name",
                "server name",
                "name",
                "pc name",
                "pc",
                "workstation",
                "server",
                "asset tag",
                "fqdn",
                "serial number",
                "serial",
            ],
        )],
    ),
];

/// What a field is called elsewhere, the likeliest first; its own name is not among them.
pub fn names(extract: ExtractKind, field: &str) -> &'static [&'static str] {
    let own = OWN.iter().find(|(kind, _)| *kind == extract).and_then(|(_, table)| of(table, field));
    own.or_else(|| of(COMMON, field)).unwrap_or(&[])
}

fn of(table: Table, field: &str) -> Option<&'static [&'static str]> {
    table.iter().find(|(name, _)| *name == field).map(|(_, names)| *names)
}

/// A heading as it is compared: words in lower case with single spaces, American spelling; `ComputerName`, `computer_name` and
/// `COMPUTER NAME` are the same. A prefix that customers' own columns have in ServiceNow is dropped, and so is what stands in brackets.
pub fn normalized(heading: &str) -> String {
    let plain = heading.split(['(', '[']).next().filter(|part| !part.trim().is_empty()).unwrap_or(heading);
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    let mut letters = plain.chars().peekable();
    while let Some(letter) = letters.next() {
        // A last capital begins no word: `SaaS`.
        let begins = letter.is_uppercase() && before.is_lowercase() && letters.peek().is_some_and(|next| next.is_alphabetic());
        if !letter.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    if words.len() > 1 && words[0] == "u" {
        words.remove(0);
    }
    let american = |word: String| match word.as_str() {
        "licence" => "license".to_owned(),
        "licences" => "licenses".to_owned(),
        "centre" => "center".to_owned(),
        "organisation" => "organization".to_owned(),
        "organisational" => "organizational".to_owned(),
        _ => word,
    };
    words.into_iter().map(american).collect::<Vec<_>>().join(" ")
}

/// The heading that is likeliest to be a field, by what the field is called elsewhere.
pub fn likeliest<'a>(extract: ExtractKind, field: &str, headings: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known = names(extract, field);
    let rank = |heading: &str| known.iter().position(|name| *name == normalized(heading));
    headings
        .into_iter()
        .filter_map(|heading| rank(heading).map(|rank| (rank, heading)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, heading)| heading)
}

/// Whether a name is that of a field.
pub fn is_field(extract: ExtractKind, name: &str) -> bool {
    fields(extract).iter().any(|field| field.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_compared_by_their_words() {
        for (heading, expected) in [
            ("ComputerName", "computer name"),
            ("COMPUTER_NAME", "computer name"),
            (" Licence  Expiry (UTC)", "license expiry"),
            ("u_cost_centre", "cost center"),
            ("CPUCores", "cpucores"),
            ("UserID", "user id"),
            ("SaaS", "saas"),
            ("(none)", "none"),
            ("U", "u"),
            ("Coût", "coût"),
        ] {
            assert_eq!(normalized(heading), expected, "{heading}");
        }
    }

    /// Every name stands as it would be compared, and every entry is of a field that some extract has.
    #[test]
    fn the_table_is_written_as_it_is_compared() {
        for (field, known) in COMMON.iter().chain(OWN.iter().flat_map(|(_, table)| table.iter())) {
            assert!(ExtractKind::ALL.iter().any(|kind| is_field(*kind, field)), "{field}");
            for name in *known {
                assert_eq!(normalized(name), *name, "{field}");
                assert_eq!(known.iter().filter(|other| other == &name).count(), 1, "{field}: {name} twice");
            }
        }
        for kind in ExtractKind::ALL {
            for field in fields(*kind) {
                assert!(!names(*kind, field.name).is_empty(), "{} {}", kind.code(), field.name);
            }
        }
    }

    #[test]
    fn the_likeliest_heading() {
        let found = likeliest(ExtractKind::Consumptions, "asset_id", ["Host", "Device Name", "Product"]);
        assert_eq!(found, Some("Device Name"));
        assert_eq!(likeliest(ExtractKind::Consumptions, "cores", ["Host"]), None);
    }
}

//! The names this box answers to.
//!
//! A page elsewhere can make its own name point at this box (DNS rebinding) and would then count as the same
//! origin; only the `Host` header tells. So every request must name the box by a name it is known to have: the
//! loopback names, the machine's name, the address that the connection came in on, and what the settings add.

use crate::{
    http::{
        extensions::{Client, RequestOrigin},
        plain_page::Reader,
    },
    serve::connections::LocalAddress,
    settings::Settings,
};
use axum::{
    Json,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header, uri::Authority};
use serde_json::json;
use std::{collections::HashSet, net::IpAddr, sync::Arc};

/// The setting that adds names.
const SETTING: &str = "HEARTH_ALLOWED_HOSTS";

/// The allow-list.
#[derive(Debug)]
pub struct Hosts {
    names: HashSet<String>,
    /// Host and port of the public address, and whether it is https.
    public: Option<(String, bool)>,
}

impl Hosts {
    pub fn new(settings: &Settings) -> Self {
        let mut names: HashSet<String> = ["localhost", "127.0.0.1", "[::1]"].map(String::from).into();
        let listen = settings.listen.ip();
        if !listen.is_unspecified() {
            names.insert(host_text(listen));
        }
        let machine = rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .to_lowercase();
        if !machine.is_empty() {
            let short = machine.split('.').next().unwrap_or(&machine);
            names.insert(format!("{short}.local"));
            names.insert(short.to_owned());
            names.insert(machine);
        }
        names.extend(
            settings
                .allowed_hosts
                .iter()
                .map(|name| without_port(name).to_owned()),
        );
        let public = settings
            .public_url
            .as_ref()
            .map(|url| (url.authority.clone(), url.secure));
        names.extend(
            public
                .iter()
                .map(|(authority, _)| without_port(authority).to_owned()),
        );
        Self { names, public }
    }

    /// The origin that a page under this `Host` has, if the name is one of ours.
    pub fn origin_of(&self, host: &str, came_in_on: Option<IpAddr>) -> Option<RequestOrigin> {
        let authority: Authority = host.parse().ok().filter(|_| !host.contains('@'))?;
        let name = authority.host().to_lowercase();
        // `name:` and `name:x` parse as an authority without a port.
        let rest = &host[authority.host().len()..];
        if !rest.is_empty() && authority.port_u16().is_none() {
            return None;
        }
        if !self.names.contains(&name) && came_in_on.map(host_text).as_deref() != Some(name.as_str()) {
            return None;
        }
        let host = host.to_lowercase();
        let secure = self
            .public
            .as_ref()
            .is_some_and(|(public, secure)| *secure && *public == host);
        Some(RequestOrigin { secure, host })
    }
}

fn host_text(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && !port.contains(']') && !name.contains("::") => name,
        _ => authority,
    }
}

/// Refuses other names, on every route.
pub async fn known_hosts_only(State(hosts): State<Arc<Hosts>>, mut request: Request, next: Next) -> Response {
    let came_in_on = request
        .extensions()
        .get::<LocalAddress>()
        .map(|address| address.0.ip());
    let Some(mut origin) = own_origin(&hosts, &request, came_in_on) else {
        return refuse(&Reader::of(&request), request.headers());
    };
    let client = request.extensions().get::<Client>();
    origin.secure |= client.is_some_and(|client| client.secure);
    request.extensions_mut().insert(origin);
    next.run(request).await
}

/// The status says that the request went to a server that is not the one it names. The page names the setting, and works
/// without any asset.
fn refuse(reader: &Reader, headers: &HeaderMap) -> Response {
    const STATUS: StatusCode = StatusCode::MISDIRECTED_REQUEST;
    if !reader.html {
        let code = json!({ "problem": "wrong_host", "setting": SETTING });
        return (STATUS, Json(code)).into_response();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host: String = host.unwrap_or("").chars().take(100).collect();
    let html = hearth_app::pages::wrong_host::wrong_host(&host, SETTING, reader.language, &reader.nonce);
    reader.page(STATUS, html)
}

fn own_origin(hosts: &Hosts, request: &Request, came_in_on: Option<IpAddr>) -> Option<RequestOrigin> {
    let mut named = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (named.next(), named.next()) else {
        return None;
    };
    let origin = hosts.origin_of(host.to_str().ok()?, came_in_on)?;
    // `GET http://elsewhere/ HTTP/1.1` names a host as well.
    match request.uri().authority() {
        Some(authority) => hosts
            .origin_of(authority.as_str(), came_in_on)
            .filter(|named| *named == origin),
        None => Some(origin),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::Hosts;
    use crate::settings::{Flags, Settings};

    fn hosts(variables: &[(&str, &str)]) -> Hosts {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Hosts::new(&Settings::load(&Flags::default(), variables).unwrap())
    }

    #[test]
    fn a_box_answers_to_its_own_names_with_any_port() {
        let hosts = hosts(&[("HEARTH_ALLOWED_HOSTS", "Kitchen.lan, den.lan:80")]);
        for host in [
            "localhost",
            "LOCALHOST:8642",
            "127.0.0.1:1",
            "[::1]:8642",
            "kitchen.lan:9",
            "den.lan",
        ] {
            assert!(hosts.origin_of(host, None).is_some(), "{host}");
        }
        let lan = "192.168.1.7".parse().unwrap();
        assert!(hosts.origin_of("192.168.1.7:8642", Some(lan)).is_some());
        assert!(hosts.origin_of("192.168.1.8:8642", Some(lan)).is_none());
    }

    #[test]
    fn only_the_public_address_is_https() {
        let hosts = hosts(&[("HEARTH_PUBLIC_URL", "https://hearth.example")]);
        assert!(hosts.origin_of("hearth.example", None).unwrap().secure);
        assert!(!hosts.origin_of("localhost:8642", None).unwrap().secure);
    }
}

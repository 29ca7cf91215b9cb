//! Where a model server is.

use std::net::IpAddr;

/// Whether an address is of this machine or of its network: a loopback, private or link-local address, or a name that
/// only a local network resolves.
pub fn is_local_address(address: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(address) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
        Err(_) => {
            let local = [".local", ".localhost", ".lan", ".home.arpa", ".internal"];
            !host.is_empty() && (!host.contains('.') || local.iter().any(|end| host.ends_with(end)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_local_address;

    #[test]
    fn addresses_of_this_machine_and_its_network_are_local() {
        for address in [
            "http://localhost:11434",
            "http://127.0.0.1:11434",
            "http://[::1]:8080/v1",
            "http://192.168.1.20:11434",
            "http://10.0.0.5",
            "http://[fe80::1]:11434",
            "http://ollama:11434",
            "http://gpu.local:11434",
        ] {
            assert!(is_local_address(address), "{address}");
        }
    }

    #[test]
    fn addresses_of_other_networks_are_remote() {
        for address in [
            "https://api.example.com/v1",
            "http://8.8.8.8",
            "http://[2001:db8::1]",
            "http://local.example.com",
            "not an address",
        ] {
            assert!(!is_local_address(address), "{address}");
        }
    }
}

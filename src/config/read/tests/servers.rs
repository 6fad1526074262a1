//! Mistakes about the host, servers, clusters and included files, each with its place and its help.

use super::parse;

fn each(mistakes: &[(&str, &str)]) {
    for (text, expected) in mistakes {
        assert_eq!(parse(text), Err(vec![(*expected).to_owned()]), "{text}");
    }
}

#[test]
fn mistakes_about_the_host() {
    each(&[
        (
            "target: {layout: debain}\n",
            "1:18 `target.layout` is portable, debian or container, not `debain` (did you mean `debian`?)",
        ),
        (
            "listen: {metrics: [8404]}\n",
            "1:20 an entry of `listen.metrics` is a string, not `8404` (put it in quotes)",
        ),
        (
            "listen: {http: [':80', '*:80']}\n",
            "1:24 `*:80` stands in this list a second time (remove one of the two)",
        ),
        (
            "listen: {http: [':80'], metrics: ['[::]:80']}\n",
            "1:35 `[::]:80` of `listen.metrics` is taken by `:80` of `listen.http` (give each its own address or port)",
        ),
        (
            "listen: {https: ['127.0.0.1:8404']}\n",
            "1:18 `127.0.0.1:8404` of `listen.https` is taken by `127.0.0.1:8404` of `listen.metrics` (give each its own address or port)",
        ),
        (
            "listen: {http: [':80', '0.0.0.0:80']}\n",
            "1:24 `0.0.0.0:80` of `listen.http` is taken by `:80` of `listen.http` (give each its own address or port)",
        ),
        (
            "listen: {http: [':80'], metrics: ['127.0.0.1:80']}\n",
            "1:35 `127.0.0.1:80` of `listen.metrics` is taken by `:80` of `listen.http` (give each its own address or port)",
        ),
        (
            "listen: {http: [':28443'], https: ['127.0.0.1:28443']}\n",
            "1:36 `127.0.0.1:28443` of `listen.https` is taken by `:28443` of `listen.http` (give each its own address or port)",
        ),
        (
            "listen: {http: ['[::1]:8080'], https: ['0.0.0.0:443'], metrics: ['10.0.0.1:443']}\n",
            "1:66 `10.0.0.1:443` of `listen.metrics` is taken by `0.0.0.0:443` of `listen.https` (give each its own address or port)",
        ),
        (
            "listen: {admin: 'a b'}\n",
            "1:17 `listen.admin` is a path of at most 100 letters, digits and `/._-+`, or 80 if it is relative, not `a b` (write \"\" for no admin socket)",
        ),
        (
            "peers: {a: '10.0.0.1'}\n",
            "1:12 a peer is an IP address and a port, not `10.0.0.1` (write where the other hosts reach it, such as \"10.0.0.1:10000\")",
        ),
        (
            "peers: {a: '0.0.0.0:10000'}\n",
            "1:12 a peer is an IP address and a port, not `0.0.0.0:10000` (write where the other hosts reach it, such as \"10.0.0.1:10000\")",
        ),
        (
            "peers: {'a b': '10.0.0.1:10000'}\n",
            "1:9 the name of a peer is up to 63 letters, digits and `.-_`, not `a b`",
        ),
        (
            "peers: {a: '10.0.0.1:1', b: '10.0.0.1:1'}\n",
            "1:29 peers `a` and `b` have one address (give each host its own)",
        ),
        (
            "peers: {a: '10.0.0.1:443'}\n",
            "1:12 `10.0.0.1:443` of peer `a` is taken by `:443` of `listen.https` (give the peers a port of their own, such as 10000)",
        ),
        (
            "peers: {a: '10.0.0.1:10000', b: '10.0.0.2:10000'}\nlisten: {http: ['10.0.0.2:10000']}\n",
            "1:33 `10.0.0.2:10000` of peer `b` is taken by `10.0.0.2:10000` of `listen.http` (give the peers a port of their own, such as 10000)",
        ),
        (
            "peers: {a: '[fd00::1]:8404'}\nlisten: {metrics: ['[::]:8404']}\n",
            "1:12 `[fd00::1]:8404` of peer `a` is taken by `[::]:8404` of `listen.metrics` (give the peers a port of their own, such as 10000)",
        ),
    ]);
}

#[test]
fn other_addresses_and_other_ports_are_free() {
    for text in [
        "listen: {http: ['10.0.0.1:80', '10.0.0.2:80'], https: ['10.0.0.3:80']}\n",
        "listen: {http: [':80', '10.0.0.1:80']}\n",
        "listen: {http: ['0.0.0.0:80', '[::]:80']}\n",
        "peers: {a: '10.0.0.1:8404'}\n",
        "listen: {https: []}\npeers: {a: '10.0.0.1:443'}\n",
    ] {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn mistakes_about_the_order_of_resolvers() {
    each(&[
        (
            "endpoints: {order: [slices, nodeport]}\n",
            "1:29 there is no resolver `nodeport` (did you mean `nodePort`?)",
        ),
        (
            "endpoints: {order: [pods]}\n",
            "1:21 there is no resolver `pods` (the resolvers are inventory, slices, nodePort, loadBalancer, externalName, externalIPs, dns, hostPort, clusterIP)",
        ),
        (
            "endpoints: {order: []}\n",
            "1:20 `endpoints.order` names no resolver, so no Service would have servers (name at least one of inventory, slices, nodePort, loadBalancer, externalName, externalIPs, dns, hostPort, clusterIP)",
        ),
        (
            "endpoints: {order: [dns, slices, dns]}\n",
            "1:34 `dns` stands in this list a second time (remove one of the two)",
        ),
        (
            "endpoints: {order: slices}\n",
            "1:20 `endpoints.order` is a list, not `slices`",
        ),
        (
            "endpoints: {services: {web: nodePort}}\n",
            "1:24 a Service is written namespace/name, not `web`",
        ),
        (
            "endpoints: {services: {a/web: nodePrt}}\n",
            "1:31 there is no resolver `nodePrt` (did you mean `nodePort`?)",
        ),
        (
            "endpoints: {services: {a/web: {x: y}}}\n",
            "1:31 the order of a Service is a resolver, or a list of them, not a mapping",
        ),
    ]);
}

#[test]
fn mistakes_about_where_servers_are() {
    each(&[
        (
            "endpoints: {inventory: ''}\n",
            "1:24 `endpoints.inventory` is the path of a file, not ``",
        ),
        (
            "endpoints: {nodes: [10.0.0.300]}\n",
            "1:21 `10.0.0.300` is no address of a node (write an IP address or a DNS name, without a port)",
        ),
        (
            "endpoints: {nodes: ['10.0.0.1:80']}\n",
            "1:21 `10.0.0.1:80` is no address of a node (write an IP address or a DNS name, without a port)",
        ),
        (
            "endpoints: {nodes: [a.example, A.example]}\n",
            "1:32 `A.example` stands in this list a second time (remove one of the two)",
        ),
        (
            "endpoints: {nodes: []}\n",
            "1:20 `endpoints.nodes` names no node (list their addresses, or write `{from: input}` to read Node objects)",
        ),
        (
            "endpoints: {nodes: input}\n",
            "1:20 `endpoints.nodes` is a list of addresses, or a mapping, not `input` (write `[10.0.0.11, node-3.example.net]` or `{from: input, address: InternalIP}`)",
        ),
        (
            "endpoints: {nodes: {from: api}}\n",
            "1:27 nodes come `from: input`, the manifests, not `api` (write a list of addresses if there are no Node objects among them)",
        ),
        (
            "endpoints: {nodes: {address: internalIP}}\n",
            "1:30 an address of a Node is InternalIP, ExternalIP or Hostname, not `internalIP` (did you mean `InternalIP`?)",
        ),
        (
            "endpoints: {dns: {slots: 5}}\n",
            "1:13 `dns` names no DNS server to ask (add `nameservers: [\"10.96.0.10:53\"]`, the address of the cluster's DNS Service)",
        ),
        (
            "endpoints: {dns: {nameservers: [dns.example]}}\n",
            "1:33 `dns.example` is no address of a DNS server (write an IP address such as `10.96.0.10`, `10.96.0.10:53` or `tcp@10.96.0.10`)",
        ),
        (
            "endpoints: {dns: {nameservers: [10.0.0.1], slots: 0}}\n",
            "1:51 `dns.slots` is a number from 1 to 1000, not `0`",
        ),
        (
            "endpoints: {dns: {nameservers: [10.0.0.1], slots: many}}\n",
            "1:51 `dns.slots` is a number from 1 to 1000, not `many`",
        ),
        (
            "endpoints: {dns: {nameservers: [10.0.0.1], clusterDomain: '*.x'}}\n",
            "1:59 `dns.clusterDomain` is a domain such as `cluster.local`, not `*.x`",
        ),
        (
            "endpoints: {podNetworks: [10.64.0.1/14]}\n",
            "1:27 `10.64.0.1/14` is no network (write `10.64.0.0/14`)",
        ),
        (
            "endpoints: {podNetworks: [10.64.0.0]}\n",
            "1:27 `10.64.0.0` is no network (write an address and a prefix length, such as `10.64.0.0/14`)",
        ),
        (
            "endpoints: {zone: fra 1}\n",
            "1:19 a zone is up to 63 letters, digits and `-_.`, not `fra 1`",
        ),
        (
            "endpoints: {ordr: [dns]}\n",
            "1:13 unknown key `ordr` (did you mean `order`?)",
        ),
    ]);
}

#[test]
fn mistakes_about_clusters() {
    each(&[
        (
            "clusters: [fra]\n",
            "1:11 `clusters` is a mapping, not a list",
        ),
        (
            "clusters: {Fra: {inputs: [a]}}\n",
            "1:12 the name of a cluster is up to 63 characters `a-z`, `0-9` and `-`, not `Fra`",
        ),
        (
            "clusters: {fra: {weight: 5}}\n",
            "1:12 cluster `fra` has no inputs (add `inputs: [clusters/fra]`, its manifests)",
        ),
        (
            "clusters: {fra: {inputs: [a], weight: 257}}\n",
            "1:39 the weight of a cluster is a number from 0 to 256, not `257`",
        ),
        (
            "clusters: {fra: {inputs: [a], weight: -1}}\n",
            "1:39 the weight of a cluster is a number from 0 to 256, not `-1`",
        ),
        (
            "clusters: {fra: {inputs: [a], backup: maybe}}\n",
            "1:39 `backup` is true or false, not `maybe`",
        ),
        (
            "clusters: {fra: {inputs: [a], backup: true}}\n",
            "1:1 every cluster is a backup, so there is none to stand in for (remove `backup: true` from one of them)",
        ),
        (
            "clusters: {fra: {inputs: [a], weight: 0}, ams: {inputs: [b], backup: true}}\n",
            "1:1 every cluster has weight 0, so none gets a request (give one of them a weight)",
        ),
        (
            "inputs: [x]\nclusters: {fra: {inputs: [a]}}\n",
            "1:1 `inputs` beside `clusters` does not say which cluster they are of (move them to `clusters.<name>.inputs`)",
        ),
        (
            "clusters: {fra: {inputs: [a], endpoints: {order: []}}}\n",
            "1:50 `clusters.fra.endpoints.order` names no resolver, so no Service would have servers (name at least one of inventory, slices, nodePort, loadBalancer, externalName, externalIPs, dns, hostPort, clusterIP)",
        ),
    ]);
}

#[test]
fn mistakes_about_included_files() {
    each(&[
        (
            "include: {global: a.cfg}\n",
            "1:19 `include.global` is a list, not `a.cfg`",
        ),
        (
            "include: {gobal: [a.cfg]}\n",
            "1:11 unknown key `gobal` (did you mean `global`?)",
        ),
        (
            "include: {backends: {shop/web: [a.cfg]}}\n",
            "1:22 a backend is written namespace/service:port, not `shop/web` (name the Service's port by its number or its name, as in `shop/web:http`)",
        ),
        (
            "include: {backends: {'shop/web:80': a.cfg}}\n",
            "1:37 `include.backends.shop/web:80` is a list, not `a.cfg`",
        ),
    ]);
}

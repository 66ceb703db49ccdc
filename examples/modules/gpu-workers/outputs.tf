output "workers" {
  description = "VM => its `node_name`, and its `hostpci` blocks. The VMs have to wait for the mappings: `depends_on`."
  value = {
    for name, worker in local.workers : name => {
      node_name = worker.node
      hostpci   = provider::gpuhost::hostpci(worker.mappings)
    }
  }
}

output "mappings" {
  description = "The mappings of the cards that are given, for `for_each` of bpg's proxmox_hardware_mapping_pci."
  value = {
    for name in flatten(values(local.workers)[*].mappings) : name => module.discovery.mappings[name]
  }
}

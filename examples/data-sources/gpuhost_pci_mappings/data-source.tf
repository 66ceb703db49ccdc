terraform {
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# Every mapping of the cluster, compared with the hardware of every node.
data "gpuhost_pci_mappings" "all" {}

# Warns at every plan and apply until the mappings fit again.
check "mappings_fit_the_hardware" {
  assert {
    condition = alltrue(values(data.gpuhost_pci_mappings.all.mappings)[*].valid)
    error_message = join("\n", flatten([
      for name, mapping in data.gpuhost_pci_mappings.all.mappings : [
        for node, result in mapping.nodes : [for problem in result.problems : "${name} on ${node}: ${problem.message}"]
      ]
    ]))
  }
}

# The lines of mappings that no longer fit, as they should be, by mapping and node.
output "suggestions" {
  value = {
    for name, mapping in data.gpuhost_pci_mappings.all.mappings : name => {
      for node, result in mapping.nodes : node => result.suggestion if result.suggestion != null
    } if !mapping.valid
  }
}

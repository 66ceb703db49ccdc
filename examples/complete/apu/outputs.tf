output "guests" {
  description = "VM => its node, and the addresses of the GPU and, where it can be had, of its sound."
  value = {
    for name, node in local.guests : name => {
      node  = node
      gpu   = local.apus[node].path
      sound = try(local.sound[node].path, null)
    } if contains(keys(local.apus), node)
  }
}

output "stays_with_the_host" {
  description = "Node => what else is in the slot of the GPU."
  value = {
    for node, apu in local.apus : node => [
      for device in local.devices : "${device.path} ${coalesce(device.name, device.id)}"
      if device.node == node && split(".", device.path)[0] == split(".", apu.path)[0] && !contains(apu.functions, device.path)
    ] if contains(values(local.guests), node)
  }
}

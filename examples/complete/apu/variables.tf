variable "guests" {
  description = "VM => the node whose processor's GPU it gets. When left out, a VM for each such GPU: to try it out."
  type        = map(string)
  default     = null

  validation {
    condition     = alltrue([for name in keys(coalesce(var.guests, {})) : can(regex("^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$", name))])
    error_message = "The names are those of VMs: letters, digits and \"-\"."
  }

  validation {
    condition     = length(distinct(values(coalesce(var.guests, {})))) == length(coalesce(var.guests, {}))
    error_message = "A processor has one GPU: name each node once."
  }
}

variable "rom_file" {
  description = "The GPU's VBIOS in /usr/share/kvm of the node, such as \"vbios_1900.bin\". Proxmox takes it from root@pam with a password alone."
  type        = string
  default     = null
}

variable "sound_rom_file" {
  description = "The UEFI driver for the GPU's sound, such as \"AMDGopDriver.rom\", likewise."
  type        = string
  default     = null
}

variable "datastore" {
  description = "Where the VMs' disks lie."
  type        = string
  default     = "local-lvm"
}

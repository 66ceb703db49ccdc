variable "pve9" {
  description = "How to reach the Proxmox VE 9.2 cluster."
  type = object({
    endpoint  = string
    api_token = string
    ca_file   = string
  })
}

variable "pve7" {
  description = "How to reach the Proxmox VE 7.4 cluster."
  type = object({
    endpoint  = string
    api_token = string
    ca_file   = string
  })
}

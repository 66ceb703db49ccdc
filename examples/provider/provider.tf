terraform {
  required_providers {
    gpuhost = {
      source = "registry.opentofu.org/gpuhost/gpuhost"
    }
  }
}

# Everything comes from the environment: PROXMOX_VE_ENDPOINT, PROXMOX_VE_API_TOKEN, GPUHOST_CA_FILE and so on.
provider "gpuhost" {}

# A second cluster, with all settings written here. Data sources choose it with `provider = gpuhost.lab`.
provider "gpuhost" {
  alias     = "lab"
  endpoints = ["https://lab1.example.com:8006/", "https://lab2.example.com:8006/"]
  api_token = var.lab_api_token
  ca_file   = "${path.module}/lab-root-ca.pem"
  timeout   = 60
}

variable "lab_api_token" {
  description = "API token of the lab: USER@REALM!TOKENID=SECRET."
  type        = string
  sensitive   = true
}

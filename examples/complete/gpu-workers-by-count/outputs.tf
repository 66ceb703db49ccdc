output "workers" {
  description = "Worker => its node, and the names of its mappings."
  value       = local.workers
}

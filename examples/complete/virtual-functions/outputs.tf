output "functions" {
  description = "How many virtual functions each model has on each node."
  value       = { for name, place in local.counts : name => place.count }
}

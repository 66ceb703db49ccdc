output "guests" {
  description = "The card that each VM has a part of, and the type of its part."
  value       = { for name, guest in local.guests : name => "${terraform_data.type[guest.card].output} of ${guest.card}" }
}

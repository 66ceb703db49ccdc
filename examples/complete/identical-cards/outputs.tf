output "guests" {
  description = "Which of the cards each VM has, and where it is."
  value       = { for guest, card in local.guests : guest => "${coalesce(local.cards[card].name, local.cards[card].id)} at ${local.cards[card].path}" }
}

output "guests" {
  description = "Which of the cards each VM has, and where it is."
  value       = { for guest, card in local.guests : guest => "${local.cards[card].name} at ${local.cards[card].path}" }
}

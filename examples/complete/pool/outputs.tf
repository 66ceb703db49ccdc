output "cards" {
  description = "By mapping, the cards that a guest which names it may get."
  value = {
    for model, lines in local.lines : model => [for line in lines : "${line.node}/${line.path}"] if length(lines) > 0
  }
}

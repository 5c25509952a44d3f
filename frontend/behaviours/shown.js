/* Fields of a form that are shown only for what stands in others: the server says which, nothing typed is lost. */
document.addEventListener("kartu:fields", ({ target, detail }) => {
  for (const field of target.closest("form")?.querySelectorAll("[data-field]") ?? []) {
    field.hidden = detail.hidden.includes(field.dataset.field);
  }
});

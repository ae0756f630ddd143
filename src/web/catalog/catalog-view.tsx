/** The view `#/catalog`. */
export function CatalogView() {
  return <h1>Catalog</h1>;
}

import styles from "./FigureTable.module.css";

interface FigureTableProps {
  /** What the table is about, for those who do not see it. */
  readonly caption: string;
  /** Heads of the columns; the first is that of the rows' names. */
  readonly columns: readonly string[];
  /** Each begins with its name, which no other row has. */
  readonly rows: readonly (readonly [name: string, ...figures: (string | number)[]])[];
}

/** A table of figures: each row has a name, and a figure for every other column. */
export function FigureTable({ caption, columns, rows }: FigureTableProps) {
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...figures]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {figures.map((figure, number) => (
              <td key={columns[number + 1]}>{figure}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

// The keyboard shortcuts of a call, as a list.
import { makeStyles, tokens } from "@fluentui/react-components";
import { isAppleDevice, shortcuts } from "./shortcuts.ts";

const useStyles = makeStyles({
  list: { margin: 0, display: "grid", gridTemplateColumns: "max-content 1fr", gap: "4px 16px" },
  keys: { fontFamily: tokens.fontFamilyMonospace },
  does: { margin: 0 },
});

export function ShortcutList() {
  const styles = useStyles();
  const modifier = isAppleDevice() ? "⌘" : "Ctrl";
  return (
    <dl className={styles.list}>
      {shortcuts.map(({ name, letter, does }) => (
        <div key={name} style={{ display: "contents" }}>
          <dt className={styles.keys}>
            {modifier}+Shift+{letter}
          </dt>
          <dd className={styles.does}>{does}</dd>
        </div>
      ))}
    </dl>
  );
}

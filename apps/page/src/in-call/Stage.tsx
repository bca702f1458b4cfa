// The stage: the tiles of a call in the space that there is.
import { makeStyles, tokens } from "@fluentui/react-components";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { CallSnapshot, LiveCall } from "../call/calling.ts";
import { layOut, type Size } from "./layout.ts";
import { VideoTile } from "./VideoTile.tsx";

const useStyles = makeStyles({
  stage: {
    position: "relative",
    width: "100%",
    // As high as wide on a phone. On a large screen the buttons must still fit under it.
    height: "min(calc(100vh - 260px), 90cqw)",
    minHeight: "220px",
  },
  empty: {
    position: "absolute",
    inset: 0,
    display: "grid",
    placeItems: "center",
    textAlign: "center",
    margin: 0,
    padding: "16px",
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground3,
    color: tokens.colorNeutralForeground2,
  },
  note: { margin: 0, fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

export interface StageProps {
  readonly call: LiveCall;
  readonly snapshot: CallSnapshot;
  /** What the stage shows while nobody else is there. */
  readonly emptyText: string;
}

export function Stage({ call, snapshot, emptyText }: StageProps) {
  const styles = useStyles();
  const { element, size } = useSize();
  const { tiles, notShown } = useMemo(() => layOut(snapshot, size), [snapshot, size]);
  return (
    <>
      <div ref={element} className={styles.stage}>
        {snapshot.participants.length === 0 && <p className={styles.empty}>{emptyText}</p>}
        {size.width > 0 && tiles.map((tile) => <VideoTile key={tile.key} call={call} tile={tile} />)}
      </div>
      {notShown > 0 && (
        <p className={styles.note}>
          {notShown === 1 ? "1 participant has" : `${notShown} participants have`} no room here, and{" "}
          {notShown === 1 ? "is" : "are"} in the list of participants.
        </p>
      )}
    </>
  );
}

/** The size of an element in pixels, also when it changes. It is 0 × 0 until the element is there. */
function useSize() {
  const element = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const measured = element.current;
    if (measured === null) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = measured;
      setSize((last) => (last.width === width && last.height === height ? last : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => observer.disconnect();
  }, []);
  return { element, size };
}

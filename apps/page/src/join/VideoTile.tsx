// One video with a name, and whether that participant is speaking. The SDK puts its own element into the tile.
import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import type { LiveCall, Video } from "../call/calling.ts";

const useStyles = makeStyles({
  tile: {
    margin: 0,
    borderRadius: tokens.borderRadiusMedium,
    overflow: "hidden",
    backgroundColor: tokens.colorNeutralBackground6,
    outline: "2px solid transparent",
  },
  speaking: { outlineColor: tokens.colorBrandStroke1 },
  video: { aspectRatio: "16 / 9", "& video": { width: "100%", height: "100%" } },
  caption: { padding: "4px 8px", fontSize: tokens.fontSizeBase200 },
});

export interface VideoTileProps {
  readonly call: LiveCall;
  readonly video: Video;
  readonly label: string;
  readonly speaking: boolean;
}

export function VideoTile({ call, video: { key }, label, speaking }: VideoTileProps) {
  const styles = useStyles();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const attached = call.attachVideo(key, element);
    return () => {
      attached.then(
        (detach) => detach(),
        () => {},
      );
    };
  }, [call, key]);
  return (
    <figure className={mergeClasses(styles.tile, speaking && styles.speaking)}>
      <div className={styles.video} ref={place} />
      <figcaption className={styles.caption}>
        {label}
        {speaking && ", speaking"}
      </figcaption>
    </figure>
  );
}

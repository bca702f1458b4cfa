// One tile of the stage: a video or initials, the name, and what the participant is doing.
import { Avatar, Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { HandRightFilled, MicOffFilled, PauseFilled, Speaker2Filled } from "@fluentui/react-icons";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { LiveCall, Participant } from "../call/calling.ts";
import type { PlacedTile } from "./layout.ts";

const useStyles = makeStyles({
  tile: {
    position: "absolute",
    margin: 0,
    overflow: "hidden",
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground6,
    // Windows' contrast themes remove backgrounds, so the border is always there.
    boxShadow: `inset 0 0 0 1px ${tokens.colorTransparentStroke}`,
  },
  screen: { backgroundColor: "#000", color: "#fff" },
  self: { zIndex: 1, boxShadow: tokens.shadow8 },
  speaking: {
    "::after": {
      content: '""',
      position: "absolute",
      inset: 0,
      pointerEvents: "none",
      borderRadius: tokens.borderRadiusLarge,
      border: `3px solid ${tokens.colorBrandStroke1}`,
    },
  },
  video: { position: "absolute", inset: 0, "& > *, & video": { width: "100%", height: "100%" } },
  failed: {
    position: "absolute",
    inset: 0,
    display: "flex",
    flexDirection: "column",
    alignItems: "center",
    justifyContent: "center",
    rowGap: "4px",
    padding: "4px 4px 24px",
    textAlign: "center",
    fontSize: tokens.fontSizeBase200,
  },
  initials: { position: "absolute", inset: 0, display: "grid", placeItems: "center", paddingBottom: "20px" },
  // White on black has enough contrast above any video.
  caption: {
    position: "absolute",
    left: "6px",
    bottom: "6px",
    maxWidth: "calc(100% - 12px)",
    boxSizing: "border-box",
    display: "flex",
    alignItems: "center",
    columnGap: "6px",
    padding: "1px 8px",
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: "rgba(0, 0, 0, 0.75)",
    color: "#fff",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap", minWidth: 0 },
  state: { display: "flex", alignItems: "center", columnGap: "2px", flexShrink: 0 },
});

export interface VideoTileProps {
  readonly call: LiveCall;
  readonly tile: PlacedTile;
}

/** From this width in pixels on, states have words and not only icons. The name of the figure always has the words. */
const wideFrom = 280;

export function VideoTile({ call, tile: { kind, participant, video, place } }: VideoTileProps) {
  const styles = useStyles();
  const name =
    participant === undefined ? "You" : kind === "screen" ? `Screen of ${participant.name}` : participant.name;
  const states = participant === undefined || kind === "screen" ? [] : statesOf(participant);
  const speaks = kind === "camera" && participant?.speaking === true;
  return (
    <figure
      className={mergeClasses(
        styles.tile,
        kind === "screen" && styles.screen,
        kind === "self" && styles.self,
        speaks && styles.speaking,
      )}
      style={{ left: place.left, top: place.top, width: place.width, height: place.height }}
      aria-label={[name, ...states.map(({ text }) => text)].join(", ")}
    >
      {video ? (
        <VideoPlace key={video.key} call={call} videoKey={video.key} isSmall={place.height < 100} />
      ) : (
        <Initials name={name} place={place} />
      )}
      <figcaption className={styles.caption} aria-hidden="true">
        <span className={styles.name}>{name}</span>
        {states.map(({ text, icon }) => (
          <span key={text} className={styles.state}>
            {icon}
            {place.width >= wideFrom && text}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function Initials({ name, place }: { name: string; place: { width: number; height: number } }) {
  const room = Math.min(place.width, place.height) / 2;
  const size = room >= 96 ? 96 : room >= 64 ? 64 : room >= 48 ? 48 : 32;
  return (
    <div className={useStyles().initials} aria-hidden="true">
      <Avatar name={name} size={size} color="colorful" />
    </div>
  );
}

/** What a participant is doing, as words with icons. */
export function statesOf({ muted, speaking, hand, waiting }: Participant): { text: string; icon: ReactNode }[] {
  return [
    ...(waiting === "held" ? [{ text: "on hold", icon: <PauseFilled /> }] : []),
    ...(waiting === "connecting" || waiting === "ringing" ? [{ text: waiting, icon: undefined }] : []),
    ...(hand === undefined ? [] : [{ text: `hand raised (${hand})`, icon: <HandRightFilled /> }]),
    ...(muted ? [{ text: "muted", icon: <MicOffFilled /> }] : []),
    ...(speaking ? [{ text: "speaking", icon: <Speaker2Filled /> }] : []),
  ];
}

/** The element that the SDK puts its own element into. If the SDK cannot show the video, the user can try again. */
function VideoPlace({ call, videoKey, isSmall }: { call: LiveCall; videoKey: string; isSmall: boolean }) {
  const styles = useStyles();
  const [failed, setFailed] = useState(false);
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = element.current;
    if (failed || place === null) return;
    let wanted = true;
    // Not at once: React's strict mode runs each effect twice, and the first renderer would be for nothing.
    const attached = Promise.resolve().then(() => (wanted ? call.attachVideo(videoKey, place) : undefined));
    attached.catch(() => {
      if (wanted) setFailed(true);
    });
    return () => {
      wanted = false;
      attached.then(
        (detach) => detach?.(),
        () => {},
      );
    };
  }, [call, videoKey, failed]);
  if (!failed) return <div className={styles.video} ref={element} />;
  return (
    <div className={styles.failed}>
      {!isSmall && <span>The video cannot be shown.</span>}
      <Button size="small" aria-label="Try again to show the video" onClick={() => setFailed(false)}>
        Try again
      </Button>
    </div>
  );
}

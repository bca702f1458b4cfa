// A table of the streams of a call. The SDK collects statistics only while it is shown.
import { makeStyles, tokens } from "@fluentui/react-components";
import { useEffect, useId, useState } from "react";
import type { LiveCall, StreamStatistics } from "../call/calling.ts";
import { scrollable } from "../step/scrollable.ts";

const useStyles = makeStyles({
  scroll: { overflowX: "auto", ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` } },
  table: {
    borderCollapse: "collapse",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    whiteSpace: "nowrap",
    "& th, & td": { padding: "3px 12px 3px 0", textAlign: "right", fontVariantNumeric: "tabular-nums" },
    "& th": { fontWeight: tokens.fontWeightSemibold },
    "& th:first-child": { textAlign: "left" },
    "& tr": { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  },
  caption: { textAlign: "left", paddingBottom: "4px", color: tokens.colorNeutralForeground2 },
  note: { margin: 0 },
});

const unknown = "–";
const number = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const precise = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** A value with its unit, or a dash if the SDK does not report it. */
const measured = (value: number | undefined, unit: string, format = number) =>
  value === undefined ? unknown : `${format.format(value)} ${unit}`;

const mediaText: Readonly<Record<StreamStatistics["media"], string>> = {
  audio: "Audio",
  camera: "Camera",
  screen: "Screen",
};

export function Statistics({ call }: { call: LiveCall }) {
  const styles = useStyles();
  const id = useId();
  const streams = useStatistics(call);
  if (streams === "none") return <p className={styles.note}>The Calling SDK has no statistics for this call.</p>;
  if (streams === undefined) return <p className={styles.note}>Waiting for the first values.</p>;
  return (
    <section className={styles.scroll} aria-labelledby={id} {...scrollable}>
      <table className={styles.table}>
        <caption className={styles.caption} id={id}>
          Streams in the last second
        </caption>
        <thead>
          <tr>
            {["Stream", "Bit rate", "Packet loss", "Resolution", "Frame rate", "Round trip"].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {streams.map((stream) => (
            <Row key={stream.id} stream={stream} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ stream }: { stream: StreamStatistics }) {
  const { media, direction, kilobitsPerSecond, lossPercent, widthPixels, heightPixels, framesPerSecond } = stream;
  const resolution = widthPixels && heightPixels ? `${widthPixels} × ${heightPixels}` : unknown;
  return (
    <tr>
      <th scope="row">
        {mediaText[media]} {direction}
      </th>
      <td>{measured(kilobitsPerSecond, "kbit/s")}</td>
      <td>{measured(lossPercent, "%", precise)}</td>
      <td>{media === "audio" ? unknown : resolution}</td>
      <td>{media === "audio" ? unknown : measured(framesPerSecond, "fps")}</td>
      <td>{measured(stream.roundTripMs, "ms")}</td>
    </tr>
  );
}

/** The statistics; `undefined` before the first sample, `none` if the SDK has none. */
function useStatistics(call: LiveCall): readonly StreamStatistics[] | "none" | undefined {
  const [streams, setStreams] = useState<readonly StreamStatistics[] | "none">();
  useEffect(() => {
    try {
      return call.watchStatistics(setStreams);
    } catch {
      setStreams("none");
      return undefined;
    }
  }, [call]);
  return streams;
}

// Where the tiles of a call are: positions in pixels, from the size of the stage. Pure functions, because a tile that moves
// must keep its element: a new element would mean a new renderer, and a black video for a moment.
import type { CallSnapshot, Participant, Video } from "../call/calling.ts";

/** One tile of the stage. Its key stays the same while its video comes and goes. */
export interface Tile {
  readonly key: string;
  readonly kind: "camera" | "screen" | "self";
  /** Absent for the own tile. */
  readonly participant?: Participant;
  /** Absent for a participant whose camera is off. */
  readonly video?: Video;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Place extends Size {
  readonly left: number;
  readonly top: number;
}

export interface PlacedTile extends Tile {
  readonly place: Place;
}

export interface Layout {
  readonly tiles: readonly PlacedTile[];
  /** How many other participants have no tile, because the stage is too small. */
  readonly notShown: number;
}

const gap = 8;
const widescreen = 16 / 9;
const smallestTile: Size = { width: 140, height: 96 };
const mostTiles = 16;
/** From this width on, the cameras are beside a shared screen; below, they are under it. */
const besideFrom = 720;

/** Places a shared screen, the cameras and the own camera on a stage of this size in pixels. */
export function layOut(snapshot: CallSnapshot, stage: Size): Layout {
  const { participants, localVideo } = snapshot;
  const screens = participants.flatMap(screensOf);
  const cameras = participants.map(cameraOf);
  const self: Tile[] = localVideo ? [{ key: "self", kind: "self", video: localVideo }] : [];
  const [main, ...otherScreens] = screens;
  if (main) return aroundScreen(main, [...otherScreens, ...cameras], self, stage, snapshot.dominantSpeakers);
  const shown = mostImportant(cameras, capacity(stage) - self.length, snapshot.dominantSpeakers);
  return { tiles: withSelf(shown, self, stage), notShown: cameras.length - shown.length };
}

/** The own camera in a corner, above the others. If it would cover too much of a tile, it becomes the last tile of the grid. */
function withSelf(shown: readonly Tile[], self: readonly Tile[], stage: Size): PlacedTile[] {
  const place = corner(stage);
  const others = inGrid(shown, stage);
  const smallest = Math.min(...others.map((tile) => tile.place.width));
  if (place.width > smallest * 0.45) return inGrid([...shown, ...self], stage);
  return [...others, ...self.map((tile) => ({ ...tile, place }))];
}

const screensOf = (participant: Participant): Tile[] =>
  participant.videos
    .filter(({ kind }) => kind === "screen")
    .map((video) => ({ key: video.key, kind: "screen", participant, video }));

function cameraOf(participant: Participant): Tile {
  const video = participant.videos.find(({ kind }) => kind === "camera");
  return { key: participant.id, kind: "camera", participant, ...(video === undefined ? {} : { video }) };
}

function capacity({ width, height }: Size): number {
  const fitting = Math.floor(width / smallestTile.width) * Math.floor(height / smallestTile.height);
  return Math.min(Math.max(fitting, 2), mostTiles);
}

/** The `count` most important tiles, in their old order, so that tiles do not jump when somebody else speaks. */
function mostImportant(tiles: readonly Tile[], count: number, speakers: readonly string[]): readonly Tile[] {
  if (tiles.length <= count) return tiles;
  const importance = ({ kind, participant, video }: Tile) => {
    const place = speakers.indexOf(participant?.id ?? "");
    if (kind === "screen") return -2;
    if (place >= 0) return place / (speakers.length + 1) - 1;
    return video === undefined ? 1 : 0;
  };
  const chosen = new Set(tiles.toSorted((a, b) => importance(a) - importance(b)).slice(0, count));
  return tiles.filter((tile) => chosen.has(tile));
}

/** The number of columns with which the tiles of a grid are largest. */
export function columnsFor(count: number, stage: Size): number {
  const area = (columns: number) => {
    const { width, height } = tileSize(count, columns, stage);
    return width * height;
  };
  let best = 1;
  for (let columns = 2; columns <= count; columns++) if (area(columns) > area(best)) best = columns;
  return best;
}

/** No tile is wider than 16:9 or higher than wide: otherwise too much of a face would be cut off. */
function tileSize(count: number, columns: number, stage: Size): Size {
  const rows = Math.ceil(count / columns);
  const width = (stage.width - gap * (columns - 1)) / columns;
  const height = (stage.height - gap * (rows - 1)) / rows;
  return { width: Math.min(width, height * widescreen), height: Math.min(height, width) };
}

/** A grid with an incomplete last row in the middle. */
function inGrid(tiles: readonly Tile[], stage: Size): PlacedTile[] {
  const columns = columnsFor(tiles.length, stage);
  const rows = Math.ceil(tiles.length / columns);
  const { width, height } = tileSize(tiles.length, columns, stage);
  const top = (stage.height - rows * height - (rows - 1) * gap) / 2;
  return tiles.map((tile, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, tiles.length - row * columns);
    const left = (stage.width - inRow * width - (inRow - 1) * gap) / 2;
    const place = { left: left + (index % columns) * (width + gap), top: top + row * (height + gap), width, height };
    return { ...tile, place };
  });
}

function corner({ width, height }: Size): Place {
  const own = Math.min(Math.max(width * 0.18, 96), 220);
  const size = { width: own, height: own / widescreen };
  return { left: width - size.width - gap, top: height - size.height - gap, ...size };
}

/** A screen as large as possible, with as many cameras as fit beside it or under it. The own camera is the last of them. */
function aroundScreen(
  main: Tile,
  others: readonly Tile[],
  self: readonly Tile[],
  stage: Size,
  speakers: readonly string[],
): Layout {
  const beside = stage.width >= besideFrom;
  const width = beside ? Math.min(Math.max(stage.width * 0.16, 160), 260) : smallestTile.width;
  const height = beside ? width / widescreen : smallestTile.height;
  const fitting = beside
    ? Math.floor((stage.height + gap) / (height + gap))
    : Math.floor((stage.width + gap) / (width + gap));
  const shown = mostImportant(others, Math.max(fitting - self.length, 1), speakers);
  const strip = [...shown, ...self].map((tile, index) => ({
    ...tile,
    place: beside
      ? { left: stage.width - width, top: index * (height + gap), width, height }
      : { left: index * (width + gap), top: stage.height - height, width, height },
  }));
  const place = beside
    ? { left: 0, top: 0, width: stage.width - width - gap, height: stage.height }
    : { left: 0, top: 0, width: stage.width, height: stage.height - height - gap };
  const shownPeople = shown.filter(({ kind }) => kind === "camera").length;
  const people = others.filter(({ kind }) => kind === "camera").length;
  return { tiles: [{ ...main, place }, ...strip], notShown: people - shownPeople };
}

// A part of the page that is loaded when it is needed: nothing until it is there, and a notice in its place where it does not
// come. Without the notice React would take the whole page away, tokens and call with it.
import { Component, type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { describeFailure, type Failure } from "../failure/failure.ts";
import { PartNotLoadedError } from "../failure/part-not-loaded.ts";
import { FailureNotice } from "./FailureNotice.tsx";

interface LoadedProps {
  /** What a report of the failure calls this part. */
  readonly part: string;
  readonly children: ReactNode;
}

export class Loaded extends Component<LoadedProps, { failure?: Failure }> {
  override state: { failure?: Failure } = {};

  static getDerivedStateFromError(error: unknown): { failure: Failure } {
    return { failure: describeFailure(error) };
  }

  override render() {
    const { failure } = this.state;
    if (failure === undefined) return <Suspense fallback={null}>{this.props.children}</Suspense>;
    // What was not loaded once, React does not ask for again.
    return <FailureNotice failure={failure} step={this.props.part} onAction={() => location.reload()} />;
  }
}

/** The module, or a {@link PartNotLoadedError} where its script cannot be had. */
export async function loadPart<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading;
  } catch (cause) {
    throw new PartNotLoadedError("a part of the page was not loaded", { cause });
  }
}

/** A component of a part, loaded when it is first shown; to be shown in {@link Loaded}. */
export const lazyPart = <Module, Props>(load: () => Promise<Module>, pick: (part: Module) => ComponentType<Props>) =>
  lazy(async () => ({ default: pick(await loadPart(load())) }));

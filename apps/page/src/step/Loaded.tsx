// A part of the page that is loaded when it is needed. If it cannot be loaded, a notice is in its place: without the notice
// React would remove the whole page, including tokens and calls.

import type { Failure } from "@teams-token-exchange/client/failure";
import { Component, type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { describePageFailure, PartNotLoadedError } from "../failure/page-failure.ts";
import { FailureNotice } from "./FailureNotice.tsx";

interface LoadedProps {
  /** The name of the part, for "Copy details". */
  readonly part: string;
  readonly children: ReactNode;
}

export class Loaded extends Component<LoadedProps, { failure?: Failure }> {
  override state: { failure?: Failure } = {};

  static getDerivedStateFromError(error: unknown): { failure: Failure } {
    return { failure: describePageFailure(error) };
  }

  override render() {
    const { failure } = this.state;
    if (failure === undefined) return <Suspense fallback={null}>{this.props.children}</Suspense>;
    // React does not load a part again that could not be loaded once.
    return <FailureNotice failure={failure} step={this.props.part} onAction={() => location.reload()} />;
  }
}

/** Resolves to the module. Throws a {@link PartNotLoadedError} if its script cannot be loaded. */
export async function loadPart<Module>(loading: Promise<Module>): Promise<Module> {
  try {
    return await loading;
  } catch (cause) {
    throw new PartNotLoadedError("a part of the page was not loaded", { cause });
  }
}

/** A component that is loaded when it is first shown. Show it inside of {@link Loaded}. */
export const lazyPart = <Module, Props>(load: () => Promise<Module>, pick: (part: Module) => ComponentType<Props>) =>
  lazy(async () => ({ default: pick(await loadPart(load())) }));

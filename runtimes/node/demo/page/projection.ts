/**
 * From degrees to pixels and back: equirectangular, true to scale along the middle of what is shown.
 */

export interface Bounds {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

export interface Viewport {
  readonly width: number
  readonly height: number
  readonly bounds: Bounds
}

export const WORLD: Bounds = { west: -170, east: 190, south: -57, north: 80 }

/** Room around a country, as a part of its size. */
const MARGIN = 0.12

/** The bounds of a country's largest piece, so that far islands do not shrink it to nothing. */
export const boundsOf = (rings: readonly (readonly number[])[]): Bounds => {
  const boxes = rings.map((ring) => {
    const longitudes = ring.filter((_, at) => at % 2 === 0)
    const latitudes = ring.filter((_, at) => at % 2 === 1)
    return {
      west: Math.min(...longitudes),
      east: Math.max(...longitudes),
      south: Math.min(...latitudes),
      north: Math.max(...latitudes),
    }
  })
  const area = (box: Bounds): number => (box.east - box.west) * (box.north - box.south)
  const [largest] = boxes.sort((a, b) => area(b) - area(a))
  if (largest === undefined) return WORLD
  const near = boxes.filter((box) => area(box) > area(largest) / 30 && Math.abs(box.west - largest.west) < 60)
  const west = Math.min(...near.map((box) => box.west))
  const east = Math.max(...near.map((box) => box.east))
  const south = Math.min(...near.map((box) => box.south))
  const north = Math.max(...near.map((box) => box.north))
  const margin = Math.max(east - west, north - south, 0.5) * MARGIN
  return { west: west - margin, east: east + margin, south: south - margin, north: north + margin }
}

/** Pixels for a degree of longitude and of latitude, so that all of the bounds fit. */
const scales = ({ width, height, bounds }: Viewport): readonly [number, number] => {
  const middle = ((bounds.north + bounds.south) / 2) * (Math.PI / 180)
  const squeeze = bounds === WORLD ? 0.9 : Math.cos(middle)
  const vertical = Math.min(height / (bounds.north - bounds.south), width / ((bounds.east - bounds.west) * squeeze))
  return [vertical * squeeze, vertical]
}

export const project = (viewport: Viewport, longitude: number, latitude: number): readonly [number, number] => {
  const { bounds, width, height } = viewport
  const [horizontal, vertical] = scales(viewport)
  return [
    width / 2 + (longitude - (bounds.west + bounds.east) / 2) * horizontal,
    height / 2 - (latitude - (bounds.south + bounds.north) / 2) * vertical,
  ]
}

export const unproject = (viewport: Viewport, x: number, y: number): readonly [number, number] => {
  const { bounds, width, height } = viewport
  const [horizontal, vertical] = scales(viewport)
  return [
    (bounds.west + bounds.east) / 2 + (x - width / 2) / horizontal,
    (bounds.south + bounds.north) / 2 - (y - height / 2) / vertical,
  ]
}

/**
 * The map: every place as a point of light, outlines, and the places of the list as marks.
 */
import { useEffect, useRef, useState } from 'react'
import type { Outlines } from '../outlines.ts'
import type { ListedPlace } from './place-list.tsx'
import { boundsOf, project, unproject, type Viewport, WORLD } from './projection.ts'

interface Props {
  readonly country: string | undefined
  readonly places: readonly ListedPlace[]
  readonly selected: number | undefined
  readonly onSelect: (id: number) => void
}

interface MapData {
  readonly outlines: Outlines
  /** Longitudes and latitudes in hundredths of a degree, in turn. */
  readonly lights: Int16Array
}

const loadMap = async (signal: AbortSignal): Promise<MapData> => {
  const [outlines, lights] = await Promise.all([
    fetch('/outlines.json', { signal }).then((answer) => answer.json() as Promise<Outlines>),
    fetch('/lights.bin', { signal }).then((answer) => answer.arrayBuffer()),
  ])
  return { outlines, lights: new Int16Array(lights) }
}

/** How close to a mark a click must be, in pixels. */
const REACH = 12

export const WorldMap = ({ country, places, selected, onSelect }: Props) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [data, setData] = useState<MapData>()
  const [size, setSize] = useState({ width: 0, height: 0 })
  useEffect(() => {
    const abort = new AbortController()
    loadMap(abort.signal).then(setData, () => undefined)
    return () => abort.abort()
  }, [])
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const viewport: Viewport = {
    ...size,
    bounds: country === undefined ? WORLD : boundsOf(data?.outlines[country] ?? []),
  }
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    if (element === null || context === null || context === undefined || size.width === 0) return
    const scale = devicePixelRatio
    element.width = size.width * scale
    element.height = size.height * scale
    context.scale(scale, scale)
    if (data !== undefined) draw(context, viewport, data, country)
    drawMarks(context, viewport, places, selected)
  })
  const onClick = (event: React.MouseEvent): void => {
    const box = event.currentTarget.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    const near = places
      .map((place) => ({ place, at: project(viewport, place.longitude, place.latitude) }))
      .map(({ place, at }) => ({ id: place.id, distance: Math.hypot(at[0] - x, at[1] - y) }))
      .sort((a, b) => a.distance - b.distance)[0]
    if (near !== undefined && near.distance < REACH) onSelect(near.id)
  }
  return <canvas ref={canvas} className="map" onClick={onClick} aria-label="Map of the places" />
}

const draw = (
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  { outlines, lights }: MapData,
  country?: string,
): void => {
  for (const [code, rings] of Object.entries(outlines)) {
    context.beginPath()
    for (const ring of rings) {
      for (let at = 0; at < ring.length; at += 2) {
        const [x, y] = project(viewport, ring[at] ?? 0, ring[at + 1] ?? 0)
        if (at === 0) context.moveTo(x, y)
        else context.lineTo(x, y)
      }
      context.closePath()
    }
    context.fillStyle = code === country ? '#1d3350' : '#14202f'
    context.strokeStyle = code === country ? '#5b9bd5' : '#24384f'
    context.lineWidth = code === country ? 1.2 : 0.5
    context.fill()
    context.stroke()
  }
  const [[left, top], [right, bottom]] = [
    unproject(viewport, 0, 0),
    unproject(viewport, viewport.width, viewport.height),
  ]
  const dot = country === undefined ? 1 : 1.6
  context.fillStyle = country === undefined ? 'rgba(255, 196, 110, 0.28)' : 'rgba(255, 196, 110, 0.4)'
  for (let at = 0; at < lights.length; at += 2) {
    const [longitude, latitude] = [(lights[at] ?? 0) / 100, (lights[at + 1] ?? 0) / 100]
    if (longitude < left || longitude > right || latitude > top || latitude < bottom) continue
    const [x, y] = project(viewport, longitude, latitude)
    context.fillRect(x, y, dot, dot)
  }
}

const drawMarks = (
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  places: readonly ListedPlace[],
  selected: number | undefined,
): void => {
  const ordered = [...places].sort((a, b) => Number(a.id === selected) - Number(b.id === selected))
  for (const place of ordered) {
    const [x, y] = project(viewport, place.longitude, place.latitude)
    const isSelected = place.id === selected
    context.beginPath()
    context.arc(x, y, isSelected ? 6 : 2.5, 0, 2 * Math.PI)
    context.fillStyle = isSelected ? '#ff5d73' : place.star === undefined ? '#7fd1ff' : '#ffd84d'
    context.fill()
    if (!isSelected) continue
    context.strokeStyle = '#fff'
    context.lineWidth = 1.5
    context.stroke()
    context.font = '600 13px system-ui, sans-serif'
    const width = context.measureText(place.name).width
    const textX = Math.max(4, Math.min(x + 10, viewport.width - width - 4))
    context.lineWidth = 4
    context.strokeStyle = '#0b131d'
    context.strokeText(place.name, textX, Math.max(14, y - 8))
    context.fillStyle = '#fff'
    context.fillText(place.name, textX, Math.max(14, y - 8))
  }
}

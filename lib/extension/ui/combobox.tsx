import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { plainName } from '../../domain/people.ts'
import { Icon, type IconName } from './icon.tsx'
import './combobox.css'

/** One thing that can be chosen. `isNew` makes it first. */
export interface Option {
  id: string
  label: string
  hint?: string
  icon?: IconName
  isNew?: boolean
}

/** Ms without a key before it is asked. */
const rest = 100

/**
 * A field that finds while one types. Late answers are dropped; Enter takes the option that is marked, Esc closes the list
 * first. Emptied means none; text that was not chosen goes back to what was.
 */
export function Combobox(props: {
  id?: string
  label?: string
  chosen: Option | undefined
  find: (q: string) => Promise<Option[]>
  onChoose: (option: Option | undefined) => void
  placeholder?: string
  invalid?: boolean
  describedBy?: string | undefined
  autofocus?: boolean
  testid?: string | undefined
}) {
  const own = useId()
  const list = `${own}-list`
  const box = useRef<HTMLDivElement>(null)
  const finder = useFinder(props.find)
  const [typed, setTyped] = useState<string | undefined>(undefined)
  const [marked, setMarked] = useState(0)
  const { options } = finder
  const open = typed !== undefined && options.length > 0
  const active = Math.min(marked, options.length - 1)
  const ask = (text: string) => {
    setTyped(text)
    setMarked(0)
    finder.ask(text.trim())
  }
  const close = () => {
    setTyped(undefined)
    finder.stop()
  }
  const take = (option: Option | undefined) => {
    close()
    props.onChoose(option)
  }
  useEffect(() => {
    if (open) box.current?.querySelector(`[data-option="${active}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [open, active, options])
  return (
    <div class="combobox" ref={box}>
      <input
        id={props.id}
        class="input"
        type="text"
        role="combobox"
        dir="auto"
        autocomplete="off"
        spellcheck={false}
        aria-label={props.label}
        aria-expanded={open}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open ? `${own}-${active}` : undefined}
        aria-invalid={props.invalid ? 'true' : undefined}
        aria-describedby={props.describedBy}
        placeholder={props.placeholder}
        value={typed ?? plainName(props.chosen?.label ?? '')}
        data-autofocus={props.autofocus ? '' : undefined}
        data-testid={props.testid}
        onInput={(event) => ask(event.currentTarget.value)}
        onClick={() => typed === undefined && ask('')}
        onBlur={() => {
          if (typed !== undefined && typed.trim() === '' && props.chosen !== undefined) take(undefined)
          else close()
        }}
        onKeyDown={(event) => {
          // 229 is what an input method's keys look like where composition ends first.
          if (event.isComposing || event.keyCode === 229) return
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (step !== undefined) {
            event.preventDefault()
            if (open) setMarked((active + step + options.length) % options.length)
            else ask(typed ?? '')
          } else if (event.key === 'Enter' && open) {
            event.preventDefault()
            event.stopPropagation()
            take(options[active])
          } else if (event.key === 'Escape' && open) {
            event.preventDefault()
            event.stopPropagation()
            close()
          }
        }}
      />
      {open && (
        <div class="combobox-list" id={list} role="listbox" aria-label={props.label}>
          {options.map((option, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps the focus and has the keys.
            <div
              key={option.id}
              id={`${own}-${index}`}
              role="option"
              tabIndex={-1}
              class={index === active ? 'option option-marked' : 'option'}
              aria-selected={index === active}
              data-option={index}
              data-testid="option"
              // The field keeps the focus, or leaving it would close the list first.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => take(option)}
            >
              {option.icon && <Icon name={option.icon} />}
              <span class="cut" dir="auto">
                {plainName(option.label)}
              </span>
              {option.hint && (
                <small class="cut" dir="auto">
                  {plainName(option.hint)}
                </small>
              )}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}

/** Asks after a short rest, and shows the answer to the last question only. */
function useFinder(find: (q: string) => Promise<Option[]>) {
  const [options, setOptions] = useState<Option[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const run = useRef(0)
  const stop = () => {
    run.current += 1
    clearTimeout(timer.current)
    setOptions([])
  }
  useEffect(
    () => () => {
      run.current += 1
      clearTimeout(timer.current)
    },
    [],
  )
  return {
    options,
    stop,
    ask(q: string) {
      run.current += 1
      const mine = run.current
      clearTimeout(timer.current)
      timer.current = setTimeout(
        () => {
          void find(q).then((found) => {
            if (mine === run.current) setOptions(found)
          })
        },
        q === '' ? 0 : rest,
      )
    },
  }
}

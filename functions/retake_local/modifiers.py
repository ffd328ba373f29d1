"""The words around a change, as data: how much, which way, and what merely makes a sentence."""

from retake_local.effects import Aspect, TextPlace
from retake_local.meanings import Role

# Aspects that have no words of their own among the changes, for "keep the …".
ASPECTS: dict[Aspect, str] = {
    Aspect.SOUND: "sound, audio, music, volume, soundtrack",
    Aspect.FRAMING: "framing, composition, crop, zoom level",
    Aspect.SPEED: "length, duration, timing",
    Aspect.COLOUR: "hue, hues, tint, tones, palette, temperature, colour temperature, white balance",
}

# 1.0 is neither much nor little.
DEGREES: dict[float, str] = {
    0.2: """
        very slightly, ever so slightly, barely, a hair, a tiny bit, just a hair, a smidge, minimally
    """,
    0.45: """
        slightly, a bit, a little, a little bit, just a bit, just a little, a touch, a tad, subtly, gently,
        mildly, subtle, faint, faintly, gentle, mild, lightly, just a touch, only slightly, only a bit,
        only a little, slight, a light, a tiny touch, little bit, tad, bit
    """,
    0.65: """
        somewhat, moderately, a hint of, some, kind of, sort of, a hint, a bit of, a little bit of,
        a touch of
    """,
    1.0: "fairly, rather, noticeably, visibly, clearly",
    1.3: "quite a bit, quite, pretty, plenty, lots, good bit",
    1.6: """
        much, very, a lot, way, really, considerably, significantly, strongly, far, strong, heavy, heavily,
        a lot of, lots of, very much, a great deal, substantially, deeply, deep, a whole lot, big,
        much much, hugely, a good deal, loads
    """,
    2.3: """
        extremely, super, ultra, dramatically, massively, insanely, as possible, incredibly, totally,
        completely, drastically, intensely, to the max, extreme, crazy, wildly, absolutely, maximum, hyper,
        very very, exceptionally, radically
    """,
}

PERCENTS: dict[float, str] = {
    25: "by a quarter, by one quarter",
    33: "by a third, by one third",
    50: "by half, by a half, in half, by one half",
    100: "by double, by twice",
}

FACTORS: dict[float, str] = {
    0.25: "quarter, a quarter, a quarter of the",
    0.5: "half, halve, half the, half of the, halved, at half",
    1.5: "half again, half again as, one and a half times, one and a half times as",
    2.0: "twice, double, two times, doubled, twice the, double the",
    2.5: "two and a half times, two and a half times as",
    3.0: "triple, three times, thrice",
    4.0: "four times, quadruple",
}

ROLES: dict[Role, str] = {
    Role.MORE: """
        more, increase, increased, raise, boost, add, add some, turn up, bump, bump up, up, higher, enhance,
        intensify, strengthen, amplify, crank, crank up, extra, greater, push, pump up, increasing, adding,
        stronger, raising, introduce, inject, bring up, dial up, lift, improve, turn it up, ramp up
    """,
    Role.LESS: """
        less, reduce, reduced, lower, decrease, decreased, turn down, cut, drop, remove, tone down,
        dial down, dial back, down, fewer, weaker, weaken, minimise, minimize, lessen, diminish, reducing,
        lowering, bring down, get rid of, take out, decreasing, take down, cut down, pull down, lose
    """,
    Role.NOT: """
        not, no, never, without, isn't, aren't, is not, are not, isnt, instead of, rather than, nor
    """,
    Role.DO_NOT: """
        do not, don't, dont, please do not, should not, shouldn't, avoid, must not, mustn't, without making,
        without making it, without making them, without getting, do not want, don't want
    """,
    Role.SO: "so, that, as, quite so, quite as, quite that, all that, nearly as, such",
    Role.TOO: "too, overly, too much, excessively",
    Role.ENOUGH: "enough",
    Role.KEEP: """
        keep, keeping, preserve, preserving, leave, leaving, retain, maintain, maintaining, same,
        without changing, without affecting, without altering, without touching, without losing,
        do not change, don't change, do not touch, don't touch, do not alter, don't alter, don't affect,
        do not affect, dont change, dont touch, retaining, not changing, do not lose, don't lose,
        do not mess with
    """,
    Role.SPLIT: """
        but, then, also, plus, while, yet, however, although, though, except, because, afterwards, and then,
        and also, as well as, only
    """,
    Role.JOIN: "and, or",
    Role.WRITE: """
        text, title, caption, words, word, write, label, subtitle, say, says, saying, reading, reads,
        heading, overlay, display, show, put, type, superimpose, titled, captioned, letters, named, titles,
        captions, subtitles, texts, writing, overlaid, written, print, that says, that reads
    """,
    Role.FILLER: """
        a, an, the, light, lights, still, nice, nicely, than before, than it is, than now, it, its, it's,
        this, these, those, them, they, all, all of, each, every, both,
        everything, whole, entire, overall, clip, clips, video, videos, scene, scenes, shot, shots, footage,
        image, images, picture, pictures, frame, film, movie, take, takes, view, make, makes, making, made,
        give, get, let, let's, lets, turn, turned, set, change, changed, convert, transform, switch, go,
        apply, use, have, has, be, is, are, was, become, becomes, look, looks, looking, looked, feel, feels,
        feeling, appear, seem, seems, please, pls, plz, kindly, can, could, would, will, should, you, your,
        i, i'd, id, i'll, we, we'd, me, my, us, our, want, wanted, like, love, need, needs, wish, try,
        trying, prefer, thanks, thank you, hi, hello, hey, just, to, into, in, on, of, for, at, by, with,
        from, over, during, across, tone, tones, colouring, mood, atmosphere, style, effect, effects,
        filter, vibe, look and feel, level, levels, amount, bring, do, does, there, here, now, much as,
        something, anything, else, rest, other, ok, okay, well, even, already, again, one, if possible,
        possible, having, being, version, how about, what about, maybe, perhaps, actually, together, as is,
        as it is, as they are, alone, unchanged, untouched, intact, the same, constant, lighting,
        conditions, happen, happens, happening, set it, place, takes place, taking place, it is, they are,
        play, plays, playing, played, playback, rate, camera, what, up to you, more like, rendering, finish,
        then please, sure, be sure, make sure, some more, bit more, throughout, existing, original, current,
        am, i'm, were, been, when, were it, had been, up a notch, a notch
    """,
}

PLACES: dict[TextPlace, str] = {
    TextPlace.TOP: "at the top, on top, on the top, top, above, along the top",
    TextPlace.MIDDLE: "in the middle, in the centre, middle, centre, centred, in the center",
    TextPlace.BOTTOM: "at the bottom, on the bottom, bottom, below, along the bottom",
}

/* map_page.js -- draws the plan that stands in the page: map, list, and what joins the two.
 *
 * Everything from the plan is set as text, never as markup.  Works without a network: the background
 * is a grid; street tiles come on top of it only where the browser is online and they answer. */
'use strict';
(function () {
    const plan = JSON.parse(document.getElementById('plan').textContent);
    const map = L.map('map', {zoomSnap: 0.5, zoomControl: true});
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    map.attributionControl.setPrefix('Leaflet');
    if (plan.credit) map.attributionControl.addAttribution(plan.credit);

    /* ---- small things ---- */

    function node(tag, className, text) {
        const made = document.createElement(tag);
        if (className) made.className = className;
        if (text !== undefined && text !== null) made.textContent = text;
        return made;
    }

    function add(parent, ...children) {
        for (const child of children) if (child) parent.appendChild(child);
        return parent;
    }

    function colourOf(text) {
        return /^#[0-9a-f]{6}$/i.test(text) ? text : '#444444';
    }

    function inkOn(colour) {
        const part = (i) => parseInt(colour.substr(i, 2), 16);
        return 0.299 * part(1) + 0.587 * part(3) + 0.114 * part(5) > 150 ? '#000' : '#fff';
    }

    function mark(kind, sign, colour) {
        const made = node('div', 'm ' + kind);
        add(made, node('span', String(sign).length > 2 ? 'long' : '', sign));
        if (colour) {
            made.style.background = colour;
            made.style.color = inkOn(colour);
            made.style.setProperty('--crew', colour);
        }
        return made;
    }

    function icon(element, size, shift) {
        return L.divIcon({className: '', html: element, iconSize: [size, size], iconAnchor: [size / 2 - (shift || 0), size / 2],
                          popupAnchor: [shift || 0, -size / 2]});
    }

    const taken = new Map(); /* marks at one spot stand side by side */
    function shiftAt(lat, lon, size) {
        const key = lat.toFixed(5) + ',' + lon.toFixed(5), before = taken.get(key);
        const shift = before === undefined ? 0 : before + size / 2 + 2;
        taken.set(key, shift + size / 2);
        return shift;
    }

    /* ---- background: grid, tiles when they can be had, north ---- */

    const grid = L.layerGroup().addTo(map);
    map.createPane('grid').style.zIndex = 150; /* below tiles */
    function drawGrid() {
        grid.clearLayers();
        const seen = map.getBounds(), wide = seen.getEast() - seen.getWest(); /* the map never spans the date line */
        const step = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001].find((s) => wide / s >= 5) || 0.001;
        const digits = Math.max(0, Math.ceil(-Math.log10(step)));
        const line = (points) => L.polyline(points, {pane: 'grid', color: '#c9c6ba', weight: 1, interactive: false}).addTo(grid);
        const text = (at, words, anchor) => L.marker(at, {pane: 'grid', interactive: false, keyboard: false,
            icon: L.divIcon({className: 'grid-label', html: node('span', '', words), iconSize: null, iconAnchor: anchor})}).addTo(grid);
        for (let i = Math.ceil(seen.getWest() / step); i * step < seen.getEast(); i++) {
            line([[seen.getSouth(), i * step], [seen.getNorth(), i * step]]);
            text([seen.getNorth(), i * step], Math.abs(i * step).toFixed(digits) + '° ' + (i < 0 ? 'W' : 'E'), [-3, -2]);
        }
        for (let i = Math.ceil(seen.getSouth() / step); i * step < seen.getNorth(); i++) {
            line([[i * step, seen.getWest()], [i * step, seen.getEast()]]);
            text([i * step, seen.getEast()], Math.abs(i * step).toFixed(digits) + '° ' + (i < 0 ? 'S' : 'N'), [66, 16]);
        }
    }

    function addTiles() {
        if (!navigator.onLine) return;
        let good = false;
        const tiles = L.tileLayer('https://tile.openstreetmap.org/{z}/{x}/{y}.png', {maxZoom: 19, opacity: 0.75,
            attribution: '© OpenStreetMap contributors'});
        tiles.on('tileload', () => { good = true; });
        tiles.on('tileerror', () => { if (!good) map.removeLayer(tiles); });
        tiles.addTo(map);
    }

    function addNorth() {
        const control = L.control({position: 'topright'});
        control.onAdd = () => {
            const box = node('div', 'north');
            box.setAttribute('aria-label', 'north is up');
            const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg'),
                  path = document.createElementNS(ns, 'path');
            svg.setAttribute('viewBox', '0 0 20 20');
            svg.setAttribute('width', '20');
            path.setAttribute('d', 'M10 1 L15 19 L10 14 L5 19 Z');
            svg.appendChild(path);
            return add(box, svg, node('div', '', 'N'));
        };
        control.addTo(map);
    }

    /* ---- popups ---- */

    function facts(pairs) {
        const shown = pairs.filter((pair) => pair[1]).map((pair) => pair[0] + ' ' + pair[1]);
        return shown.length ? node('div', '', shown.join(' · ')) : null;
    }

    /* A heading that opens a list of sentences. */
    function foldable(heading, sentences) {
        const box = node('details', 'proof');
        add(box, node('summary', '', heading));
        return add(box, add(node('ul'), ...sentences.map((text) => node('li', '', text))));
    }

    function link(lat, lon) {
        const made = node('a', '', 'navigate');
        made.href = 'https://www.google.com/maps/dir/?api=1&travelmode=driving&destination=' + lat + ',' + lon;
        made.target = '_blank';
        made.rel = 'noopener noreferrer';
        return made;
    }

    function visitPopup(crew, visit) {
        const box = node('div');
        add(box, node('b', '', (visit.number ? visit.number + '. ' : '') + visit.name));
        add(box, node('div', '', crew.name + ', ' + visit.at + (visit.till ? ' to ' + visit.till : '')));
        if (visit.what) add(box, node('div', '', visit.what));
        if (visit.avoid) add(box, node('div', 'keep', '! ' + visit.avoid));
        if (visit.hazardous || visit.ppe) add(box, node('div', 'ppe', (visit.hazardous ? '! HAZARDOUS. ' : '') + (visit.ppe || '')));
        return add(box, facts([['report', visit.id], ['EWC', visit.ewc], ['est.', visit.load], ['into', visit.compartment],
                               ['only', visit.windows]]), link(visit.lat, visit.lon));
    }

    function reportPopup(report) {
        const box = node('div');
        add(box, node('b', '', report.id + ': ' + report.label), node('div', '', report.place));
        if (report.what) add(box, node('div', '', report.what));
        if (report.hazardous) add(box, node('div', 'ppe', '! HAZARDOUS'));
        return add(box, report.reason ? node('div', '', report.reason) : null);
    }

    function avoidPopup(place) {
        const box = add(node('div'), node('b', '', place.what));
        for (const warning of place.warnings) add(box, node('div', 'keep', '! ' + warning));
        return place.warnings.length ? box : add(box, node('div', '', 'nothing of this plan comes near it'));
    }

    function goTo(marker) {
        if (!marker) return;
        map.setView(marker.getLatLng(), Math.max(map.getZoom(), 15), {animate: !calm});
        marker.openPopup();
        if (matchMedia('(max-width: 760px)').matches) document.getElementById('map').scrollIntoView({block: 'start'});
    }

    /* ---- the map ---- */

    const everything = L.latLngBounds([]), arrows = [], labels = [];

    function addLabel(marker, text, always) {
        if (!text) return;
        marker.bindTooltip(node('span', '', text), {permanent: true, direction: 'bottom', offset: [0, 12], className: 'label'});
        if (!always) { labels.push(marker); marker.closeTooltip(); }
    }

    /* Half way along a leg, looking the way it is driven. */
    function addArrow(group, line, colour) {
        const points = line.map((at) => map.options.crs.project(L.latLng(at)));
        let length = 0;
        const parts = points.slice(1).map((p, i) => p.distanceTo(points[i]));
        for (const part of parts) length += part;
        if (length === 0) return;
        let i = 0, rest = length / 2;
        while (i < parts.length - 1 && rest > parts[i]) rest -= parts[i++];
        const a = points[i], b = points[i + 1], share = parts[i] ? rest / parts[i] : 0;
        const angle = Math.atan2(b.x - a.x, b.y - a.y) * 180 / Math.PI;
        const at = map.options.crs.unproject(L.point(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)));
        const ns = 'http://www.w3.org/2000/svg', svg = document.createElementNS(ns, 'svg'),
              path = document.createElementNS(ns, 'path');
        svg.setAttribute('viewBox', '0 0 20 20');
        svg.setAttribute('width', '20');
        svg.setAttribute('height', '20');
        svg.style.display = 'block';
        svg.style.transform = 'rotate(' + angle.toFixed(1) + 'deg)';
        path.setAttribute('d', 'M10 2 L17 17 L10 13 L3 17 Z');
        path.setAttribute('fill', colour);
        path.setAttribute('stroke', '#fff');
        path.setAttribute('stroke-width', '1.5');
        svg.appendChild(path);
        const marker = L.marker(at, {interactive: false, keyboard: false, zIndexOffset: -500,
            icon: L.divIcon({className: 'arrow', html: svg, iconSize: [20, 20]})});
        arrows.push({marker, group, ends: [line[0], line[line.length - 1]]});
    }

    function showArrows() {
        for (const arrow of arrows) {
            const far = map.latLngToLayerPoint(arrow.ends[0]).distanceTo(map.latLngToLayerPoint(arrow.ends[1])) > 70;
            if (far) arrow.group.addLayer(arrow.marker);
            else arrow.group.removeLayer(arrow.marker);
        }
        for (const marker of labels) {
            if (map.getZoom() >= 14.5) marker.openTooltip();
            else marker.closeTooltip();
        }
    }

    function drawCrew(crew) {
        const colour = colourOf(crew.colour), group = L.layerGroup().addTo(map);
        for (const leg of crew.legs)
            if (leg.avoid) L.polyline(leg.line, {color: '#b00020', weight: 14, opacity: 0.9, interactive: false}).addTo(group);
        for (const leg of crew.legs)
            L.polyline(leg.line, {color: '#fff', weight: 8, opacity: 0.9, interactive: false}).addTo(group);
        for (const leg of crew.legs) {
            const line = L.polyline(leg.line, {color: colour, weight: 4, opacity: 0.9, dashArray: leg.estimated ? '9 7' : null,
                                               interactive: Boolean(leg.avoid)}).addTo(group);
            if (leg.avoid) line.bindPopup(add(node('div'), node('b', '', crew.name), node('div', 'keep', '! ' + leg.avoid)));
            addArrow(group, leg.line, colour);
            everything.extend(leg.line);
        }
        for (const visit of crew.visits) {
            if (visit.kind !== 'stop') continue;
            const element = visit.hazardous ? mark('hazard', '!' + visit.number, colour) : mark('', visit.number, colour);
            const size = visit.hazardous ? 36 : 26;
            visit.marker = L.marker([visit.lat, visit.lon], {title: visit.number + ' ' + visit.name, alt: visit.name,
                keyboard: false, zIndexOffset: visit.hazardous ? 1000 : 0, icon: icon(element, size, shiftAt(visit.lat, visit.lon, size))});
            visit.marker.bindPopup(visitPopup(crew, visit)).addTo(group);
            addLabel(visit.marker, visit.name, false);
            everything.extend([visit.lat, visit.lon]);
        }
        return group;
    }

    function drawPlaces() {
        for (const place of plan.places) {
            const site = place.kind === 'site', element = mark(site ? 'site' : 'depot', site ? 'TIP' : 'DEP');
            const marker = L.marker([place.lat, place.lon], {title: place.name, alt: place.name, keyboard: false,
                zIndexOffset: 500, icon: icon(element, 28, shiftAt(place.lat, place.lon, 28))});
            marker.bindPopup(add(node('div'), node('b', '', place.name), node('div', '', site ? 'disposal site' : 'depot'),
                                 facts([['open', place.opening]]), link(place.lat, place.lon))).addTo(map);
            addLabel(marker, place.name, true);
            place.marker = marker;
            everything.extend([place.lat, place.lon]);
        }
    }

    /* Closed roads and low bridges: a no-entry sign, its circle or stretch; the list leads to those that are met. */
    function drawAvoid() {
        const group = L.layerGroup().addTo(map); /* lines put on the map itself, before it has a view, break it */
        for (const place of plan.avoid) {
            const middle = place.line[Math.floor((place.line.length - 1) / 2)], met = place.warnings.length > 0;
            const look = {color: '#b00020', weight: 3, opacity: met ? 0.9 : 0.5, dashArray: '3 6', interactive: false};
            if (place.line.length > 1) L.polyline(place.line, {...look, weight: 7}).addTo(group);
            else L.circle(middle, {...look, radius: place.radius, fillOpacity: 0.15}).addTo(group);
            place.marker = L.marker(middle, {title: place.what, alt: place.what, keyboard: false, zIndexOffset: met ? 400 : 50,
                icon: icon(mark('avoid' + (met ? '' : ' quietly'), '\u2013'), 24, shiftAt(middle[0], middle[1], 24))});
            place.marker.bindPopup(avoidPopup(place)).addTo(map);
        }
    }

    function avoidList(places) {
        const list = node('ul');
        for (const place of places) {
            const item = row(null, mark('avoid', '\u2013'), [place.what], place.marker), text = item.querySelector('.text');
            for (const warning of place.warnings) add(text, node('span', 'sub', warning));
            add(list, item);
        }
        return list;
    }

    function reportMark(report) {
        if (report.outcome !== 'left') return mark('other', {review: '?', refer: '§', contractor: 'C', not_ours: 'N', duplicate: '='}[report.outcome]);
        return mark(report.hazardous ? 'hazard left' : 'left', report.hazardous ? '!×' : '×');
    }

    /* Around routes, depots and sites; a report that lies elsewhere must not make the map a map of the world. */
    function neighbourhood() {
        if (!everything.isValid()) return null;
        const box = L.latLngBounds(everything.getSouthWest(), everything.getNorthEast()).pad(2), degrees = 0.2;
        return box.extend([box.getSouth() - degrees, box.getWest() - degrees])
            .extend([box.getNorth() + degrees, box.getEast() + degrees]);
    }

    function drawReports() {
        const ours = neighbourhood();
        for (const report of plan.reports) {
            if (report.lat === null) continue;
            const left = report.outcome === 'left', size = left ? (report.hazardous ? 36 : 26) : 17;
            report.marker = L.marker([report.lat, report.lon], {title: report.id + ' ' + report.label, alt: report.id,
                keyboard: false, zIndexOffset: report.hazardous && left ? 1500 : left ? 100 : -100,
                icon: icon(reportMark(report), size, shiftAt(report.lat, report.lon, size))});
            report.marker.bindPopup(reportPopup(report)).addTo(map);
            if (!ours || ours.contains([report.lat, report.lon])) everything.extend([report.lat, report.lon]);
        }
    }

    /* ---- the list ---- */

    const panel = document.getElementById('panel');

    function row(time, element, lines, marker) {
        const made = node(marker ? 'button' : 'div', marker ? 'row' : 'row plain');
        if (time !== null) add(made, node('time', '', time));
        const text = node('span', 'text', lines[0]), box = node('span', 'mark');
        if (lines[1]) add(text, node('span', 'sub', lines[1]));
        if (lines[2]) add(text, node('span', 'ppe', lines[2]));
        if (lines[3]) add(text, node('span', 'keep', '! ' + lines[3]));
        if (marker) {
            made.type = 'button';
            made.addEventListener('click', () => goTo(marker));
        }
        return add(node('li'), add(made, add(box, element), text));
    }

    function visitRow(crew, visit) {
        const colour = colourOf(crew.colour), place = plan.places.find((p) => p.index === visit.place);
        if (visit.kind === 'stop')
            return row(visit.at, visit.hazardous ? mark('hazard', '!' + visit.number, colour) : mark('', visit.number, colour),
                       [visit.name, visit.what, visit.hazardous ? 'Hazardous. ' + (visit.ppe || '') : visit.ppe, visit.avoid], visit.marker);
        if (visit.kind === 'disposal')
            return row(visit.at, mark('site', 'TIP'), [visit.name, 'visit ' + visit.number + ', tip until ' + visit.till, null, visit.avoid], place && place.marker);
        if (visit.kind === 'break') return row(visit.at, mark('pause', 'II'), ['Break until ' + visit.till], null);
        return row(visit.at, mark('depot', 'DEP'), [(visit.kind === 'start' ? 'Leave ' : 'Back at ') + visit.name, null, null, visit.avoid],
                   place && place.marker);
    }

    function crewPart(crew, group) {
        const part = node('details'), head = node('summary'), list = node('ol'), swatch = node('span', 'swatch');
        part.open = plan.crews.length <= 3;
        swatch.style.background = colourOf(crew.colour);
        add(head, swatch, node('span', 'crew', crew.name + (crew.crew ? ' (' + crew.crew + ')' : '')),
            node('span', 'crew-sums', crew.sums));
        const toggle = node('label', 'toggle'), tick = node('input');
        tick.type = 'checkbox';
        tick.checked = true;
        tick.addEventListener('change', () => { if (tick.checked) map.addLayer(group); else map.removeLayer(group); showArrows(); });
        add(toggle, tick, document.createTextNode(' on the map'));
        for (const visit of crew.visits) add(list, visitRow(crew, visit));
        return add(part, head, toggle, list);
    }

    function reportList(reports) {
        const list = node('ul');
        for (const report of reports)
            add(list, row(null, reportMark(report), [report.id + ' · ' + report.place,
                [report.what, report.outcome === 'left' ? null : report.label].filter(Boolean).join(', '), report.reason], report.marker));
        return list;
    }

    function legend() {
        const list = node('ul', 'legend');
        const line = (element, text) => add(list, add(node('li'), add(node('span', 'mark'), element), node('span', '', text)));
        line(mark('', '1', '#555555'), 'stop, by its place in the route');
        line(mark('hazard', '!1', '#555555'), 'hazardous stop');
        line(mark('hazard left', '!×'), 'hazardous, left');
        line(mark('left', '×'), 'left for another day');
        line(mark('site', 'TIP'), 'disposal site');
        line(mark('depot', 'DEP'), 'depot');
        if (plan.avoid.length) line(mark('avoid', '\u2013'), 'closed road, low bridge; pale where nothing comes near. A leg with a red edge does');
        line(mark('other', '?'), 'review; § refer, C contractor, N not ours, = duplicate');
        line(node('span', 'dashes'), 'road time in doubt (estimated, or of an older map), or no road line');
        return add(node('details'), node('summary', '', 'Legend'), list);
    }

    function fillPanel(groups) {
        const left = plan.reports.filter((r) => r.outcome === 'left'), hazard = left.filter((r) => r.hazardous);
        const other = plan.reports.filter((r) => r.outcome !== 'left');
        add(panel, node('h1', '', plan.title), node('p', '', plan.headline));
        if (plan.warning) add(panel, node('div', 'warn', plan.warning));
        const met = plan.avoid.filter((place) => place.warnings.length);
        if (met.length)
            add(panel, add(node('section', 'alarm'), node('h2', '', '! Closed roads, low bridges on the way'), avoidList(met)));
        if (hazard.length)
            add(panel, add(node('section', 'alarm'), node('h2', '', '! Hazardous waste left: ' + hazard.length), reportList(hazard)));
        add(panel, foldable('How good is this plan?', plan.proof));
        if (plan.raises.length) add(panel, foldable('What would make a better day?', plan.raises));
        add(panel, node('h2', '', 'Crews'));
        plan.crews.forEach((crew, i) => add(panel, crewPart(crew, groups[i])));
        if (left.length > hazard.length)
            add(panel, node('h2', '', 'Left for another day: ' + (left.length - hazard.length)), reportList(left.filter((r) => !r.hazardous)));
        if (other.length)
            add(panel, add(node('details'), node('summary', '', 'Not for a crew: ' + other.length), reportList(other)));
        add(panel, legend(), node('p', 'quiet', plan.travel));
    }

    /* ---- all of it ---- */

    addTiles();
    addNorth();
    L.control.scale({maxWidth: 160}).addTo(map);
    drawPlaces();
    const groups = plan.crews.map(drawCrew);
    drawReports();
    drawAvoid();
    fillPanel(groups);
    map.on('moveend zoomend resize', drawGrid);
    map.on('zoomend', showArrows);
    if (everything.isValid()) map.fitBounds(everything, {padding: [45, 45], maxZoom: 16, animate: false});
    else map.setView([53, -1.5], 6);
    drawGrid();
    showArrows();
    const fit = (printing) => { /* on paper the map has its own size, which the browser sets too late to ask */
        document.body.classList.toggle('printing', printing);
        map.invalidateSize({animate: false});
        if (everything.isValid()) map.fitBounds(everything, {padding: [25, 25], animate: false});
    };
    window.addEventListener('beforeprint', () => {
        for (const part of document.querySelectorAll('#panel details')) part.open = true;
        fit(true);
    });
    window.addEventListener('afterprint', () => fit(false));
})();

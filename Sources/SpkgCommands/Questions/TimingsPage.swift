internal import Installing

/// The last run as one HTML file: no script, nothing from elsewhere.
struct TimingsPage {
    let timings: Timings
    /// When the run began, for people.
    let date: String

    private static let width = 1000.0
    private static let row = 26.0

    var html: String {
        let lanes = timings.laneCount
        let failed = timings.bars.filter { $0.isDone != true }.count
        return """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <title>spkg timings, \(escaped(date))</title>
            <style>
            body { font: 14px sans-serif; margin: 2em; color: #222; background: #fff }
            svg { width: 100%; height: auto; border: 1px solid #ccc }
            svg text { font: 11px sans-serif; pointer-events: none }
            .bar { fill: #9ecbf0; stroke: #fff }
            .critical { fill: #f4b860; stroke: #b06a00 }
            .failed { fill: #e57373; stroke: #a00 }
            .grid { stroke: #ddd }
            td, th { padding: 2px 12px 2px 0; text-align: left }
            td.number { text-align: right; font-variant-numeric: tabular-nums }
            </style>
            <h1>spkg timings</h1>
            <p>\(escaped(date)): \(timings.bars.count) packages in \(seconds(timings.duration)), up to \
            \(lanes) at once\(failed == 0 ? "" : ", \(failed) not done"). \
            Orange: the critical path, where each waited for the one before. Red: failed, or ended.</p>
            \(picture)
            <table>
            <tr><th>package<th>from<th>took<th>
            \(timings.bars.map(row).joined())</table>
            </html>

            """
    }

    private var picture: String {
        let height = Double(timings.laneCount) * Self.row + 20
        let scale = Self.width / max(timings.duration, 0.001)
        var text =
            "<svg viewBox=\"0 0 \(number(Self.width)) \(number(height))\" role=\"img\" "
            + "aria-label=\"Bars per core\">\n"
        for step in 0...10 {
            let x = Self.width * Double(step) / 10
            text += """
                <line class="grid" x1="\(number(x))" y1="0" x2="\(number(x))" y2="\(number(height - 14))"/>\
                <text x="\(number(min(x + 2, Self.width - 40)))" y="\(number(height - 3))">\
                \(seconds(timings.duration * Double(step) / 10))</text>

                """
        }
        for bar in timings.bars {
            let x = bar.start * scale
            let width = max(1, (bar.end - bar.start) * scale)
            let y = Double(bar.lane) * Self.row + 2
            let title =
                "\(bar.package): \(seconds(bar.end - bar.start)), from \(seconds(bar.start))"
            text += """
                <g><title>\(escaped(title))</title><rect class="\(style(bar))" x="\(number(x))" \
                y="\(number(y))" width="\(number(width))" height="\(number(Self.row - 4))"/>
                """
            // Where the name doesn't fit, the title has it.
            if width > Double(bar.package.count) * 6.5 {
                text += "<text x=\"\(number(x + 4))\" y=\"\(number(y + 15))\">"
                text += "\(escaped(bar.package))</text>"
            }
            text += "</g>\n"
        }
        return text + "</svg>"
    }

    private func style(_ bar: Timings.Bar) -> String {
        ["bar", bar.isCritical ? "critical" : nil, bar.isDone == true ? nil : "failed"]
            .compactMap(\.self).joined(separator: " ")
    }

    private func row(_ bar: Timings.Bar) -> String {
        var remarks: [String] = []
        if bar.isCritical { remarks.append("critical path") }
        if bar.isDone == false { remarks.append("failed") }
        if bar.isDone == nil { remarks.append("not ended") }
        return """
            <tr><td>\(escaped(bar.package))<td class="number">\(seconds(bar.start))\
            <td class="number">\(seconds(bar.end - bar.start))<td>\(remarks.joined(separator: ", "))

            """
    }

    private func seconds(_ value: Double) -> String { "\(number(value)) s" }

    /// With one digit after the point.
    private func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}

using Dapper;
using PaymentGateway.Database;

namespace PaymentGateway.Tests.Crash;

/// <summary>
/// What is in our database beside what the pretended processor has in its own, for each kind of object: each question names the rows in
/// which the two differ, or in which something was done twice, by halves or without a word.
/// </summary>
internal static class TwoBooks
{
    /// <summary>A debit (<c>s</c>) whose return was heard of before its success: taken and given back there, never paid here.</summary>
    private const string CameBackUnpaid =
        """
        (s.captured = s.returned AND EXISTS (
            SELECT FROM payments.charges AS u WHERE u.id = s.key AND u.state = 'failed' AND u.failure_code = 'BANK_DEBIT_RETURNED'))
        """;

    private static readonly (string Question, string Differing)[] questions =
    [
        ("Of an order, or of a part of one, one charge took the money here",
            """
            SELECT coalesce(p.order_id, p.id)
            FROM payments.charges c JOIN payments.payments p ON p.id = c.payment_id
            WHERE c.state IN ('captured', 'returned') GROUP BY coalesce(p.order_id, p.id), p.split_payment_id, p.split_part HAVING count(*) > 1
            """),
        ("Of an order, or of a part of one, one charge took the money there",
            """
            SELECT coalesce(p.order_id, p.id)
            FROM sandbox.charges s JOIN payments.payments p ON p.id = s.payment_id
            WHERE s.captured > s.returned GROUP BY coalesce(p.order_id, p.id), p.split_payment_id, p.split_part HAVING count(*) > 1
            """),
        ("What was captured here was captured there",
            $"""
            SELECT coalesce(ours.charge_id, theirs.key) || ': we have ' || coalesce(ours.amount::text, 'nothing') || ', the processor has '
                || coalesce(theirs.captured::text, 'nothing') || {About("coalesce(ours.charge_id, theirs.key)")}
            FROM (SELECT k.charge_id, k.currency, sum(k.amount) AS amount
                  FROM payments.captures k JOIN payments.charges c ON c.id = k.charge_id AND c.connector = 'sandbox'
                  WHERE k.state = 'captured' GROUP BY 1, 2) AS ours
            FULL JOIN (SELECT s.key, s.captured, s.currency FROM sandbox.charges s WHERE s.captured > 0 AND NOT {CameBackUnpaid}) AS theirs
                   ON theirs.key = ours.charge_id AND theirs.captured = ours.amount AND theirs.currency = ours.currency
            WHERE ours.charge_id IS NULL OR theirs.key IS NULL
            """),
        ("What is not captured is held nowhere",
            $"""
            SELECT s.key || ': ' || s.state || ' there' || {About("s.key")}
            FROM sandbox.charges s
            WHERE s.state IN ('action_required', 'pending')
               OR (s.state = 'authorized' AND NOT s.is_setup AND s.expires_at > now() + coalesce(
                   (SELECT ahead FROM clocks.offsets o WHERE o.merchant_id = s.merchant_id), '0'))
            """),
        ("What came back from a bank came back in both books",
            $"""
            SELECT c.id || ': ' || p.amount_returned || ' here, ' || s.returned || ' there' || {About("c.id")}
            FROM payments.payments p
            JOIN payments.charges c ON c.id = p.charge_id
            JOIN sandbox.charges s ON s.key = c.id
            WHERE s.returned <> p.amount_returned AND NOT {CameBackUnpaid}
            """),
        ("The refunds are the same of the same amounts",
            """
            SELECT coalesce(ours.id, theirs.key) || ' ' || coalesce(ours.state, 'unknown') || ' here, ' || coalesce(theirs.state, 'unknown') || ' there'
            FROM (SELECT id, charge_id, amount, state FROM refunds.refunds WHERE connector = 'sandbox' AND state = 'succeeded') AS ours
            FULL JOIN (SELECT key, charge_key, amount, state FROM sandbox.refunds WHERE state = 'succeeded') AS theirs
                   ON theirs.key = ours.id AND theirs.charge_key = ours.charge_id AND theirs.amount = ours.amount
            WHERE ours.id IS NULL OR theirs.key IS NULL
            """),
        ("No more was given back than was taken",
            """
            SELECT s.key
            FROM sandbox.charges s
            WHERE s.captured < s.returned + (SELECT coalesce(sum(r.amount), 0) FROM sandbox.refunds r WHERE r.charge_key = s.key AND r.state = 'succeeded')
            """),
        ("The disputes stand as at the bank, over the same amounts",
            """
            SELECT coalesce(d.id, s.reference) || ' ' || coalesce(d.state, 'unknown') || ' here, ' || coalesce(s.standing, 'unknown') || ' there'
            FROM disputes.disputes d
            FULL JOIN (SELECT * FROM sandbox.disputes WHERE revision > 0) AS s ON s.reference = d.reference
            WHERE (d.state, d.amount, d.currency)
                IS DISTINCT FROM (lower(regexp_replace(s.standing, '(.)([A-Z])', '\1_\2', 'g')), s.amount, s.currency)
            """),
        ("Of a split payment the processor has all parts, or has given back whatever no bank has taken",
            """
            SELECT s.id || ' ' || s.state
            FROM splits.split_payments s
            JOIN payments.payments p ON p.split_payment_id = s.id
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(t.captured), 0) AS taken, coalesce(sum((
                    SELECT sum(r.amount) FROM sandbox.refunds r WHERE r.charge_key = t.key AND r.state = 'succeeded')), 0) AS back
                FROM payments.charges c
                JOIN sandbox.charges t ON t.key = c.id
                WHERE c.payment_id = p.id) AS there
            WHERE CASE s.state WHEN 'succeeded' THEN there.taken <> p.amount ELSE there.taken - there.back <> p.amount_disputed END
            """),
        ("The saved methods are those that the processor keeps",
            """
            SELECT coalesce(m.id, s.key) || ' ' || coalesce(m.state, 'unknown') || ' here, ' || coalesce(s.state, 'unknown') || ' there'
            FROM (SELECT id, state FROM customers.payment_methods WHERE state IN ('saving', 'active')) AS m
            FULL JOIN (SELECT key, state FROM sandbox.saved_methods WHERE state = 'saved') AS s ON s.key = m.id
            WHERE m.id IS NULL OR s.key IS NULL
            """),
        ("The mandates stand as at the bank",
            """
            SELECT m.id || ' ' || m.state || ' here, ' || coalesce(s.state, 'unknown') || ' there'
            FROM mandates.mandates m
            LEFT JOIN sandbox.mandates s ON s.key = m.id
            WHERE m.state NOT IN ('expired', 'rejected') AND s.state IS DISTINCT FROM m.state
            """),
        ("What was set up is there, once for each",
            """
            SELECT s.id || ' ' || s.state
            FROM setup_intents.setup_intents s
            LEFT JOIN customers.payment_methods m ON m.id = s.payment_method_id
            LEFT JOIN mandates.mandates d ON d.id = s.mandate_id
            WHERE s.state = 'succeeded' AND num_nonnulls(m.id, d.id) <> 1
            """),
        ("What was paid from balances is what balances gave",
            """
            SELECT c.id
            FROM payments.charges c
            LEFT JOIN balances.holds h ON h.id = c.id
            LEFT JOIN LATERAL (SELECT sum(amount) AS amount FROM payments.captures k WHERE k.charge_id = c.id AND k.state = 'captured') AS k ON true
            WHERE c.connector = 'account' AND (coalesce(h.captured, 0) <> coalesce(k.amount, 0) OR h.state = 'held')
            """),
        ("Each end was told once",
            """
            SELECT e.subject_id || ' ' || e.name
            FROM events.events e
            WHERE e.name IN ('order.created', 'order.paid', 'order.unpaid', 'payment.created', 'payment.success', 'payment.canceled', 'refund.created', 'refund.processed',
                'split_payment.created', 'split_payment.succeeded', 'split_payment.failed', 'split_payment.canceled', 'setup.created', 'setup.succeeded',
                'setup.canceled', 'mandate.created', 'payment_method.attached', 'payment_method.detached', 'dispute.opened', 'customer.created')
            GROUP BY e.subject_id, e.name HAVING count(*) > 1
            """),
        ("Each refund that was done was told as done",
            """
            SELECT r.id
            FROM refunds.refunds r
            LEFT JOIN events.events e ON e.subject_id = r.id AND e.name = 'refund.processed'
            GROUP BY r.id, r.state
            HAVING count(e.id) <> CASE WHEN r.state = 'succeeded' THEN 1 ELSE 0 END
            """),
        ("No event without a change: each has an audit row of its commit",
            """
            SELECT e.subject_id || ' ' || e.name
            FROM events.events e
            WHERE e.name NOT IN ('payment.processing', 'test_clock.ready')
              AND NOT EXISTS (SELECT FROM audit.rows a WHERE a.xid = e.xmin::text::bigint AND a.object_id = e.subject_id)
            """),
        ("Every message of the processor was acted on",
            "SELECT id || ' ' || state || ' ' || coalesce(result, '') FROM inbox.messages WHERE state NOT IN ('handled', 'ignored')"),
        ("No person is asked about anything", "SELECT id || ' ' || kind || ': ' || ours || '; ' || theirs FROM work_items.items"),
        ("Everything came to its end",
            """
            SELECT 'charge ' || id || ' ' || state FROM payments.charges WHERE check_at IS NOT NULL OR state = 'authorized'
            UNION ALL SELECT 'refund ' || id || ' ' || state FROM refunds.refunds WHERE check_at IS NOT NULL
            UNION ALL SELECT 'dispute ' || id || ' ' || state FROM disputes.disputes WHERE check_at IS NOT NULL
            UNION ALL SELECT 'split payment ' || id || ' ' || state FROM splits.split_payments WHERE due_at IS NOT NULL OR state = 'releasing'
            UNION ALL SELECT 'mandate ' || id || ' ' || state FROM mandates.mandates WHERE check_at IS NOT NULL
            UNION ALL SELECT 'set-up ' || id || ' ' || state FROM setup_intents.setup_intents WHERE check_at IS NOT NULL
            UNION ALL SELECT 'method ' || id || ' ' || state FROM customers.payment_methods WHERE check_at IS NOT NULL
            UNION ALL SELECT 'message ' || id FROM sandbox.notifications WHERE due_at IS NOT NULL
            UNION ALL SELECT 'delivery ' || id FROM webhooks.deliveries WHERE status = 'pending'
            UNION ALL SELECT 'event ' || event_id FROM events.outbox
            """),
    ];

    /// <summary>What there must be of, or the load was none.</summary>
    private static readonly (string Kind, string Rows)[] load =
    [
        ("captured payments", "payments.payments WHERE state = 'succeeded'"),
        ("held payments captured in parts", "(SELECT charge_id FROM payments.captures GROUP BY 1 HAVING count(*) > 1) AS k"),
        ("done refunds", "refunds.refunds WHERE state = 'succeeded'"),
        ("paid split payments", "splits.split_payments WHERE state = 'succeeded'"),
        ("split payments that were not paid", "splits.split_payments WHERE state <> 'succeeded'"),
        ("lost disputes", "disputes.disputes WHERE state IN ('lost', 'accepted')"),
        ("won disputes", "disputes.disputes WHERE state = 'won'"),
        ("saved methods", "customers.payment_methods WHERE attached_at IS NOT NULL"),
        ("set-ups that succeeded", "setup_intents.setup_intents WHERE state = 'succeeded'"),
        ("paid bank debits", "payments.charges WHERE method = 'bank_debit' AND state = 'captured'"),
        ("bank debits that came back", "payments.charges WHERE method = 'bank_debit' AND (state = 'returned' OR failure_code = 'BANK_DEBIT_RETURNED')"),
        ("payments from balances", "payments.charges WHERE connector = 'account' AND state = 'captured'"),
        ("scanned codes", "qr_codes.credits"),
        ("loans", "methods.bnpl_agreements WHERE financed > 0"),
        ("instalment payments", "payments.charges WHERE method = 'emi' AND state = 'captured'"),
    ];

    /// <summary>Every question is answered by no row; what differs is shown, a few rows of each.</summary>
    public static async Task AssertTheSame(Db db)
    {
        await using var connection = await db.OpenSystem(default);
        var wrong = new List<string>();
        foreach (var (question, differing) in questions)
        {
            var rows = (await connection.QueryAsync<string>($"SELECT * FROM ({differing}) AS differing LIMIT 5")).AsList();
            wrong.AddRange(rows.Select(row => $"{question}: {row}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <returns>How much there was of each kind.</returns>
    public static async Task<string> AssertThereWasLoad(Db db)
    {
        await using var connection = await db.OpenSystem(default);
        var counts = new List<(string Kind, long Count)>();
        foreach (var (kind, rows) in load)
        {
            counts.Add((kind, await connection.QuerySingleAsync<long>($"SELECT count(*) FROM {rows}")));
        }

        Assert.All(counts, one => Assert.True(one.Count > 0, $"There were no {one.Kind}."));
        return string.Join(", ", counts.Select(one => $"{one.Count} {one.Kind}"));
    }

    /// <summary>What is known of a charge, for whoever has to find out.</summary>
    /// <param name="charge">Its id, in terms of the question: the names in here are no names of any question.</param>
    private static string About(string charge) =>
        $"""
        coalesce((SELECT '; ' || known.connector || ' ' || known.method || ' ' || known.state || ' ' || coalesce(known.failure_code, '')
            || ' made ' || known.created_at FROM payments.charges AS known WHERE known.id = {charge}), '; no charge')
        || '; AUDIT ' || coalesce((SELECT string_agg(told.action || ' ' || told.after::text || ' at ' || told.id, ' ;; ' ORDER BY told.id)
            FROM audit.rows AS told
            WHERE told.object_id = (SELECT known.payment_id FROM payments.charges AS known WHERE known.id = {charge})), '')
        || '; INBOX ' || coalesce((SELECT string_agg(message.state || ' ' || coalesce(message.result, ''), ' ;; ')
            FROM inbox.messages AS message WHERE message.subject = {charge}), 'none')
        || '; SANDBOX ' || coalesce((SELECT to_jsonb(there)::text FROM sandbox.charges AS there WHERE there.key = {charge}), '')
        """;
}

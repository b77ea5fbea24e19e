using Dapper;
using Npgsql;
using PaymentGateway.Clocks;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Routing;

namespace PaymentGateway.Payments;

/// <summary>Reads orders, payments and charges. What a merchant asks for goes through a connection that sees that merchant alone.</summary>
public sealed class PaymentStore(Db db)
{
    /// <summary>Attempts whose processor is to be asked.</summary>
    internal static DueRows ChargesToCheck { get; } = new("payments.charges", "check_at", "d.check_at IS NOT NULL");

    /// <summary>Authorizations by the time at which the processor lets them go.</summary>
    internal static DueRows HoldsInTime { get; } =
        new("payments.charges", "capture_before", "d.state = 'authorized' AND d.capture_before IS NOT NULL");

    /// <summary>Open orders that nothing holds open: no authorized money, no split payment, no answer of a processor awaited.</summary>
    internal static DueRows OrdersInTime { get; } = new("payments.orders", "expires_at",
        """
        d.state IN ('created', 'attempted') AND d.amount_authorized = 0 AND d.payer = 'payment' AND NOT EXISTS (
            SELECT FROM payments.payments AS p
            WHERE p.order_id = d.id AND p.split_payment_id IS NULL
              AND p.state NOT IN ('requires_payment_method', 'requires_confirmation', 'requires_action', 'failed'))
        """);

    /// <summary>The order with its own payment and the payment's latest charge. Parts of split payments are not it.</summary>
    public async Task<(Order? Order, Payment? Payment)> FindOrder(Tenant tenant, string orderId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return await QueryOrder(connection,
            $"""
            SELECT {OrderRow.Columns}, {PaymentRow.Columns}, {ChargeRow.Columns}
            FROM payments.orders o
            LEFT JOIN payments.payments p ON p.order_id = o.id AND p.split_payment_id IS NULL
            LEFT JOIN payments.charges c ON c.id = p.charge_id
            WHERE o.id = @orderId AND o.merchant_id = @MerchantId AND o.mode = @mode
            """,
            new { orderId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancel);
    }

    /// <summary>As <see cref="FindOrder"/> for those who have only the link of the hosted page: the order says whose it is.</summary>
    public async Task<(Order? Order, Payment? Payment)> FindOrderAnywhere(string orderId, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        return await QueryOrder(connection,
            $"""
            SELECT {OrderRow.Columns}, {PaymentRow.Columns}, {ChargeRow.Columns}
            FROM payments.orders o
            LEFT JOIN payments.payments p ON p.order_id = o.id AND p.split_payment_id IS NULL
            LEFT JOIN payments.charges c ON c.id = p.charge_id
            WHERE o.id = @orderId
            """,
            new { orderId }, cancel);
    }

    /// <summary>The payment with its latest charge, and its order if it has one.</summary>
    public async Task<(Order? Order, Payment? Payment)> FindPayment(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<PaymentRow, ChargeRow?, OrderRow?, (Order?, Payment?)>(new CommandDefinition(
            $"""
            SELECT {PaymentRow.Columns}, {ChargeRow.Columns}, {OrderRow.Columns}
            FROM payments.payments p
            LEFT JOIN payments.charges c ON c.id = p.charge_id
            LEFT JOIN payments.orders o ON o.id = p.order_id
            WHERE p.id = @paymentId AND p.merchant_id = @MerchantId AND p.mode = @mode
            """,
            new { paymentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel),
            (payment, charge, order) => (order?.ToOrder(), payment.ToPayment(charge)));
        return rows.SingleOrDefault();
    }

    /// <summary>The parts of a split payment with their latest charges, in their order.</summary>
    public async Task<IReadOnlyList<Payment>> PartsOf(Tenant tenant, string splitPaymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<PaymentRow, ChargeRow?, Payment>(new CommandDefinition(
            $"""
            SELECT {PaymentRow.Columns}, {ChargeRow.Columns}
            FROM payments.payments p
            LEFT JOIN payments.charges c ON c.id = p.charge_id
            WHERE p.split_payment_id = @splitPaymentId AND p.merchant_id = @MerchantId AND p.mode = @mode
            ORDER BY p.split_part
            """,
            new { splitPaymentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel),
            (payment, charge) => payment.ToPayment(charge));
        return rows.AsList();
    }

    /// <summary>What is drawn for a payment that waits for a scan, for those who have only the link of the picture; null: nothing.</summary>
    public async Task<string?> FindQrText(string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var action = await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            """
            SELECT c.next_action
            FROM payments.payments p
            JOIN payments.charges c ON c.id = p.charge_id
            WHERE p.id = @paymentId AND p.state = 'requires_action'
            """,
            new { paymentId }, cancellationToken: cancel));
        return action is null ? null : NextAction.FromJson(action).Qr;
    }

    public async Task<Charge?> FindCharge(Tenant tenant, string chargeId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var row = await connection.QuerySingleOrDefaultAsync<ChargeRow>(new CommandDefinition(
            $"SELECT {ChargeRow.Columns} FROM payments.charges c WHERE c.id = @chargeId AND c.merchant_id = @MerchantId AND c.mode = @mode",
            new { chargeId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return row?.ToCharge();
    }

    /// <summary>All attempts of a payment, the latest first.</summary>
    public async Task<IReadOnlyList<Charge>> ChargesOf(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<ChargeRow>(new CommandDefinition(
            $"""
            SELECT {ChargeRow.Columns}
            FROM payments.charges c
            WHERE c.payment_id = @paymentId AND c.merchant_id = @MerchantId AND c.mode = @mode
            ORDER BY c.id DESC
            """,
            new { paymentId, tenant.MerchantId, mode = tenant.Mode.ToSql() }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToCharge())];
    }

    public async Task<ListView<TView>> ListOrders<TView>(
        Tenant tenant, ListQuery query, Func<Order, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "o.id", "o.created_at")
            .And("o.state = ANY (@states)", StatesIn<OrderState>(query, StateWords.Of))
            .And("o.customer_id = @customerId", query["customerId"])
            .And("o.merchant_order_id = @merchantOrderId", query["merchantOrderId"])
            .And("o.currency = @currency", query["currency"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<OrderRow>(new CommandDefinition(
            $"""
            SELECT {OrderRow.Columns}
            FROM payments.orders o
            WHERE o.merchant_id = @merchantId AND o.mode = @mode {where.Sql}
            ORDER BY o.id DESC
            LIMIT @limit
            """, where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), o => o.Id, row => view(row.ToOrder()));
    }

    public async Task<ListView<TView>> ListPayments<TView>(
        Tenant tenant, ListQuery query, Func<Payment, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "p.id", "p.created_at")
            .And("p.state = ANY (@states)", StatesIn<PaymentState>(query, StateWords.Status))
            .And("p.customer_id = @customerId", query["customerId"])
            .And("p.merchant_order_id = @merchantOrderId", query["merchantOrderId"])
            .And("p.order_id = @orderId", query["orderId"])
            .And("p.currency = @currency", query["currency"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<PaymentRow, ChargeRow?, Payment>(new CommandDefinition(
            $"""
            SELECT {PaymentRow.Columns}, {ChargeRow.Columns}
            FROM payments.payments p
            LEFT JOIN payments.charges c ON c.id = p.charge_id
            WHERE p.merchant_id = @merchantId AND p.mode = @mode {where.Sql}
            ORDER BY p.id DESC
            LIMIT @limit
            """, where.Parameters, cancellationToken: cancel),
            (payment, charge) => payment.ToPayment(charge));
        return query.Page(rows.AsList(), p => p.Id, view);
    }

    public async Task<ListView<TView>> ListCharges<TView>(
        Tenant tenant, ListQuery query, Func<Charge, TView> view, CancellationToken cancel)
    {
        var where = query.For(tenant, "c.id", "c.created_at")
            .And("c.state = ANY (@states)", StatesIn<ChargeState>(query, StateWords.Status))
            .And("c.payment_id = @paymentId", query["paymentId"])
            .And("c.currency = @currency", query["currency"]);
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<ChargeRow>(new CommandDefinition(
            $"""
            SELECT {ChargeRow.Columns}
            FROM payments.charges c
            WHERE c.merchant_id = @merchantId AND c.mode = @mode {where.Sql}
            ORDER BY c.id DESC
            LIMIT @limit
            """, where.Parameters, cancellationToken: cancel));
        return query.Page(rows.AsList(), c => c.Id, row => view(row.ToCharge()));
    }

    /// <summary>What came of the attempts that an experiment drew, by processor and currency.</summary>
    internal async Task<IReadOnlyList<ArmFigures>> CountExperiment(Tenant tenant, string experimentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        var rows = await connection.QueryAsync<(string Connector, string Currency, int Attempts, int Successes, int Failures, long Amount)>(
            new CommandDefinition(
                """
                SELECT c.connector, c.currency, count(*)::integer,
                    (count(*) FILTER (WHERE c.hold_id IS NOT NULL OR c.state IN ('captured', 'returned')))::integer,
                    (count(*) FILTER (WHERE c.hold_id IS NULL AND c.state IN ('failed', 'voided')))::integer,
                    coalesce(sum(c.amount) FILTER (WHERE c.hold_id IS NOT NULL OR c.state IN ('captured', 'returned')), 0)::bigint
                FROM payments.charges c
                WHERE c.merchant_id = @MerchantId AND c.mode = @mode AND c.routing ->> 'experiment' = @experimentId
                GROUP BY c.connector, c.currency
                """,
                new { tenant.MerchantId, mode = tenant.Mode.ToSql(), experimentId }, cancellationToken: cancel));
        return [.. rows.Select(row => new ArmFigures(
            row.Connector, row.Attempts, row.Successes, row.Failures, Money.FromMinor(row.Amount, Currency.FromStored(row.Currency))))];
    }

    /// <summary>Fingerprints of the cards whose issuers rejected this payment for good.</summary>
    internal async Task<IReadOnlyList<string>> RejectedCards(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            """
            SELECT c.authentication ->> 'cardFingerprint'
            FROM payments.charges c
            WHERE c.merchant_id = @MerchantId AND c.mode = @mode AND c.payment_id = @paymentId
                AND c.authentication ->> 'status' = 'R' AND c.authentication ->> 'cardFingerprint' IS NOT NULL
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), paymentId }, cancellationToken: cancel))];
    }

    /// <summary>All attempts at a payment, the newest first.</summary>
    internal async Task<IReadOnlyList<string>> FindChargeIds(Tenant tenant, string paymentId, CancellationToken cancel)
    {
        await using var connection = await db.OpenForMerchant(tenant, cancel);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            """
            SELECT c.id
            FROM payments.charges c
            WHERE c.merchant_id = @MerchantId AND c.mode = @mode AND c.payment_id = @paymentId
            ORDER BY c.id DESC
            """,
            new { tenant.MerchantId, mode = tenant.Mode.ToSql(), paymentId }, cancellationToken: cancel))];
    }

    /// <summary>Whose charge it is and which payment's; for news that name only the charge.</summary>
    internal async Task<(Tenant Tenant, string PaymentId)?> OwnerOfCharge(string chargeId, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<(string MerchantId, string Mode, string PaymentId)?>(new CommandDefinition(
            "SELECT merchant_id, mode, payment_id FROM payments.charges WHERE id = @chargeId", new { chargeId }, cancellationToken: cancel));
        return row is var (merchantId, mode, paymentId) ? (Tenant.FromStored(merchantId, mode), paymentId) : null;
    }

    /// <summary>Nobody has it any more, and it is asked about again at <paramref name="due"/>.</summary>
    internal async Task AskAgain(Charge charge, DateTimeOffset due, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE payments.charges
            SET check_at = @due, claimed_until = NULL
            WHERE id = @Id AND merchant_id = @merchantId AND mode = @mode AND check_at IS NOT NULL
            """,
            new { due, charge.Id, merchantId = charge.Tenant.MerchantId, mode = charge.Tenant.Mode.ToSql() }, cancellationToken: cancel));
    }

    /// <summary>
    /// Claims charges whose processor should be asked now. If this replica dies, another asks when the lease is over.
    /// </summary>
    internal async Task<IReadOnlyList<Charge>> ClaimCharges(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancel)
    {
        await using var connection = await db.OpenSystem(cancel);
        var rows = await connection.QueryAsync<ChargeRow>(new CommandDefinition(
            $"""
            WITH due AS MATERIALIZED ({ChargesToCheck.SelectToClaim("id")})
            UPDATE payments.charges AS c
            SET claimed_until = @until
            FROM due
            WHERE c.id = due.id
            RETURNING {ChargeRow.Columns}
            """, new { now, until = now + lease, limit }, cancellationToken: cancel));
        return [.. rows.Select(row => row.ToCharge())];
    }

    /// <summary>Orders whose time is over and that nothing holds open: no authorized money, no answer of a processor awaited.</summary>
    internal Task<IReadOnlyList<(Tenant Tenant, string OrderId)>> OrdersToExpire(DateTimeOffset now, int limit, CancellationToken cancel) =>
        OrdersInTime.Find(db, now, limit, cancel);

    /// <summary>Payments whose authorization is over and that wait for no answer.</summary>
    internal Task<IReadOnlyList<(Tenant Tenant, string PaymentId)>> HoldsToExpire(DateTimeOffset now, int limit, CancellationToken cancel) =>
        HoldsInTime.Find(db, now, limit, cancel, "payment_id");

    private static async Task<(Order?, Payment?)> QueryOrder(NpgsqlConnection connection, string sql, object parameters, CancellationToken cancel)
    {
        var rows = await connection.QueryAsync<OrderRow, PaymentRow?, ChargeRow?, (Order?, Payment?)>(
            new CommandDefinition(sql, parameters, cancellationToken: cancel),
            (order, payment, charge) => (order.ToOrder(), payment?.ToPayment(charge)));
        return rows.SingleOrDefault();
    }

    /// <summary>The states with the status that was asked for.</summary>
    private static string[]? StatesIn<TState>(ListQuery query, Func<TState, string> wordOf) where TState : struct, Enum =>
        query["status"] is { } status ? StateWords.StatesWith(status, wordOf) : null;
}
